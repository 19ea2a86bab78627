//! Who is "task 3"?
//!
//! The third task that was spawned. Inside the engine, tasks and timers have numbers that are
//! unique in the process and say nothing to a reader; they differ from run to run. A name counts
//! within its family, by order of first appearance, so that the same run gives the same names.
//!
//! Interface: [`Names`]: show it every record in order ([`Names::learn`]), then ask it for names.
//! So all that show a run (story, trace, doctor) call the same thing by the same name.
//!
//! Invariants: no two numbers of one [`Names`] share a name. What is not over keeps its name,
//! unless there are more than some 800,000. What is over, or is a primitive, whose end isn't always
//! recorded, is forgotten if no one asks for it while half a million others are named. Tasks and
//! everything else draw their numbers from one counter, so one map serves all.
//!
//! Not here: the names users give to tasks.

use std::collections::{BTreeSet, HashMap};
use std::fmt;

use kettle_events::{Event, Id, Kind, Record, SyncKind, Thing};
use serde::{Serialize, Serializer};

use super::quick::Quick;
use super::text::{self as json, Out};

/// The name of the thread that writes a trace. It is ours, and wakes no task.
pub(crate) const WRITER: &str = "kettle-trace";

/// The names given so far.
#[derive(Clone, Debug)]
pub struct Names {
    given: HashMap<u64, Given, Quick>,
    /// How many ages are over.
    age: u32,
    /// An age is over when so many were named in it.
    long: usize,
    counts: [usize; FAMILIES],
}

/// A name such as `main`, `task 3` or `timer 1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name {
    /// What kind of thing it is.
    pub family: Family,
    /// Which one of its kind, from 1.
    pub number: usize,
}

/// The kinds of things that have names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Family {
    /// The future given to `block_on`.
    Main,
    /// A spawned task.
    Task,
    /// A blocking job.
    Job,
    /// A timer.
    Timer,
    /// An I/O source.
    Source,
    /// A primitive of `sync`. (Channels for values in order are one family, whatever their kind.)
    Sync(SyncKind),
}

/// A name, and in which age it was asked for last.
#[derive(Clone, Copy, Debug)]
struct Given {
    name: Name,
    age: u32,
    /// It need not be known for longer than the others: it is over, or may be.
    may_go: bool,
}

/// One more than the index of the last one.
pub(crate) const FAMILIES: usize = Family::Sync(SyncKind::JoinSet).index() + 1;
/// The length of an age, unless it is set.
const AGE: usize = if cfg!(test) { 1 << 10 } else { 1 << 19 };

impl Default for Names {
    fn default() -> Names {
        Names::new()
    }
}

impl Names {
    /// Nobody has a name yet.
    pub fn new() -> Names {
        Names { given: HashMap::default(), age: 0, long: AGE, counts: [0; FAMILIES] }
    }

    /// What is over is forgotten if it was not asked for while so many others were named.
    pub(crate) fn forget_after(&mut self, long: usize) {
        self.long = long;
    }

    /// Names whatever this record names and has no name yet.
    pub fn learn(&mut self, record: &Record) {
        self.learn_of(record, |_| true);
    }

    /// The same of some things only. Gives the names of the task or job that did it, and of the
    /// first two things that the event names.
    pub(crate) fn learn_of(
        &mut self,
        record: &Record,
        wanted: impl Fn(Thing) -> bool,
    ) -> [Option<Name>; 3] {
        match record.event {
            Event::Spawn { task, kind: Kind::Main, .. } => {
                self.name(task.get(), Family::Main);
            }
            Event::BlockingStart { task } => {
                self.name(task.get(), Family::Job);
            }
            _ => {}
        }
        let running = record.task.or(record.job).map(Thing::Task);
        let mut named = [running.filter(|it| wanted(*it)).map(|it| self.thing(it)), None, None];
        for (nth, thing) in record.event.things().filter(|thing| wanted(*thing)).enumerate() {
            let name = self.thing(thing);
            if let Some(named) = named.get_mut(1 + nth) {
                *named = Some(name);
            }
        }
        if let Some(Thing::Task(id) | Thing::Timer(id) | Thing::Source(id)) = record.event.ends()
            && let Some(given) = self.given.get_mut(&id.get())
        {
            given.may_go = true;
        }
        named
    }

    /// The name of whatever it is.
    pub fn thing(&mut self, thing: Thing) -> Name {
        match thing {
            Thing::Task(task) => self.task(task),
            Thing::Timer(timer) => self.timer(timer),
            Thing::Source(source) => self.source(source),
            Thing::Sync(kind, sync) => self.sync(kind, sync),
        }
    }

    /// The name of whatever has this number, if it has one.
    pub(crate) fn known(&self, id: Id) -> Option<Name> {
        self.given.get(&id.get()).map(|given| given.name)
    }

    /// Forgets all but these: no record will name the others.
    pub(crate) fn retain(&mut self, known: &BTreeSet<Id>) {
        let known: Vec<_> = known.iter().map(|id| self.given.remove_entry(&id.get())).collect();
        self.given = known.into_iter().flatten().collect();
    }

    /// How many have names.
    pub(crate) fn len(&self) -> usize {
        self.given.len()
    }

    /// The name of whatever has this number; of a task, if nothing has.
    pub(crate) fn of(&mut self, number: u64) -> Name {
        self.name(number, Family::Task)
    }

    /// The name of a task, of `block_on`'s future, or of a blocking job.
    pub fn task(&mut self, id: Id) -> Name {
        self.name(id.get(), Family::Task)
    }

    /// The name of a timer.
    pub fn timer(&mut self, id: Id) -> Name {
        self.name(id.get(), Family::Timer)
    }

    /// The name of an I/O source.
    pub fn source(&mut self, id: Id) -> Name {
        self.name(id.get(), Family::Source)
    }

    /// The name of a primitive of `sync`.
    pub fn sync(&mut self, kind: SyncKind, id: Id) -> Name {
        self.name(id.get(), Family::Sync(kind))
    }

    fn name(&mut self, number: u64, family: Family) -> Name {
        if let Some(given) = self.given.get_mut(&number) {
            given.age = self.age;
            return given.name;
        }
        let count = &mut self.counts[family.index()];
        *count += 1;
        let name = Name { family, number: *count };
        let may_go = matches!(family, Family::Sync(_));
        self.given.insert(number, Given { name, age: self.age, may_go });
        if self.counts.iter().sum::<usize>() % self.long == 0 {
            self.end_the_age();
        }
        name
    }

    /// A program that runs for days makes tasks and timers without end: forgets those that are over
    /// and that no one has asked for in this age. (What other threads end may not be recorded.
    /// So it forgets all the others, too, where there are too many.)
    fn end_the_age(&mut self) {
        self.given.retain(|_, given| given.age == self.age || !given.may_go);
        if self.given.len() > self.long + self.long / 2 {
            self.given.retain(|_, given| given.age == self.age);
        }
        self.age += 1;
    }
}

impl Family {
    /// Each has one of its own.
    pub(crate) const fn index(self) -> usize {
        match self {
            Family::Main => 0,
            Family::Task => 1,
            Family::Job => 2,
            Family::Timer => 3,
            Family::Source => 4,
            Family::Sync(SyncKind::Mpsc | SyncKind::Oneshot) => 5,
            Family::Sync(kind) => 5 + kind as usize,
        }
    }
}

impl Name {
    /// The first part of it, such as `task`.
    pub(crate) fn word(self) -> &'static str {
        match self.family {
            Family::Main => "main",
            Family::Task => "task",
            Family::Job => "job",
            Family::Timer => "timer",
            Family::Source => "source",
            Family::Sync(SyncKind::Mpsc | SyncKind::Oneshot) => "channel",
            Family::Sync(SyncKind::Mutex) => "lock",
            Family::Sync(SyncKind::Semaphore) => "semaphore",
            Family::Sync(SyncKind::Notify) => "notify",
            Family::Sync(SyncKind::RwLock) => "rwlock",
            Family::Sync(SyncKind::Barrier) => "barrier",
            Family::Sync(SyncKind::OnceCell) => "cell",
            Family::Sync(SyncKind::SetOnce) => "once",
            Family::Sync(SyncKind::Watch) => "watch",
            Family::Sync(SyncKind::Broadcast) => "broadcast",
            Family::Sync(SyncKind::Pipe) => "pipe",
            Family::Sync(SyncKind::JoinSet) => "joinset",
        }
    }

    /// As a text of JSON.
    pub(crate) fn json(self, out: &mut Out) {
        json::raw(out, "\"");
        json::raw(out, self.word());
        if let Some(number) = self.shown_number() {
            json::raw(out, " ");
            json::number(out, number);
        }
        json::raw(out, "\"");
    }

    /// The second part; none for the first `main`: one `block_on` is the rule, and its future is
    /// called after the function around it.
    pub(crate) fn shown_number(self) -> Option<u64> {
        (self.family != Family::Main || self.number > 1).then_some(self.number as u64)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())?;
        self.shown_number().map_or(Ok(()), |number| write!(f, " {number}"))
    }
}

impl Serialize for Name {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Script, spawn, spawn_main};

    fn learned(events: &[Event]) -> Names {
        let (mut script, mut names) = (Script::new(), Names::new());
        for event in events {
            script.write(*event);
        }
        script.records.iter().for_each(|record| names.learn(record));
        names
    }

    #[test]
    fn each_family_counts_for_itself_in_the_order_of_appearance() {
        let [main, again, first, second, job, timer, other, a, b] = [(); 9].map(|()| Id::next());
        let job_starts = Event::BlockingStart { task: job };
        let mains = [spawn_main(main), spawn_main(again)];
        let mut names = learned(&[mains[0], spawn(second), spawn(first), job_starts, mains[1]]);
        let named = [main, again, first, second, job].map(|id| names.task(id).to_string());
        assert_eq!(named, ["main", "main 2", "task 2", "task 1", "job 1"]);
        let named = [timer, other, timer].map(|id| names.timer(id).to_string());
        assert_eq!(named, ["timer 1", "timer 2", "timer 1"]);
        let channels = [(SyncKind::Mpsc, a), (SyncKind::Oneshot, b)];
        let named = channels.map(|(kind, id)| names.sync(kind, id).to_string());
        assert_eq!(named, ["channel 1", "channel 2"]);
    }

    #[test]
    fn a_run_without_end_does_not_fill_the_memory_and_what_is_not_over_keeps_its_name() {
        let [main, job, timer, source, used, hot, silent] = [(); 7].map(|()| Id::next());
        let (due, what, mutex) = (std::time::Duration::ZERO, "TcpStream", SyncKind::Mutex);
        let add = |timer| Event::TimerAdd { timer, due, level: 0, slot: 0 };
        let starts = Event::BlockingStart { task: job };
        let adds = Event::SourceAdd { source, what };
        let mut names = learned(&[spawn_main(main), starts, add(timer), adds]);
        let first = [used, hot, silent].map(|lock| names.sync(mutex, lock));
        for number in 0..4 * AGE {
            let timer = Id::next();
            let mut script = Script::new();
            script.write(add(timer)).write(Event::TimerCancel { timer });
            script.records.iter().for_each(|record| names.learn(record));
            names.sync(mutex, hot);
            if number % (AGE / 2) == 0 {
                names.sync(mutex, used);
            }
        }
        assert_eq!([names.sync(mutex, used), names.sync(mutex, hot)], first[..2]);
        assert_ne!(names.sync(mutex, silent), first[2], "nobody has asked for it");
        let named = [main, job, timer, source].map(|id| names.of(id.get()).to_string());
        assert_eq!(named, ["main", "job 1", "timer 1", "source 1"]);
        assert!(names.len() <= 2 * AGE, "those that are over are forgotten: {}", names.len());
    }
}
