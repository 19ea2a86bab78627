//! Which task is called "task 3"?
//!
//! The third task that the records name. The engine's own ids are unique in the process, and differ
//! from run to run. A [`Name`] counts within its family (task, timer, channel, …) in the order of
//! first appearance, so the same run always gives the same names. Story, trace and doctor all use
//! them.
//!
//! Interface: [`Names::learn`] takes every record in order and gives names to the things in it;
//! [`Names::thing`], [`Names::task`] and so on return the name of a thing.
//!
//! Invariants: two ids never have the same name. A thing that has ended loses its name if nobody
//! asks for the name while half a million other things ([`AGE`]) are named. So does a primitive,
//! since its end isn't always recorded. Everything else keeps its name, unless there are more than
//! one and a half times as many.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;

use kettle_events::{Event, Id, Kind, Record, SyncKind, Thing};
use serde::{Serialize, Serializer};

use super::quick::Quick;
use super::text::{self, Out};

/// The names given so far.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// By the engine's ids, which all come from one counter, so one map is enough.
    entries: HashMap<u64, Entry, Quick>,
    /// The number of the present age: one ends whenever [`AGE`] more things have names.
    age: u32,
    /// How many names each family has given out.
    counts: BTreeMap<Family, usize>,
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
    /// A primitive of `sync`. (`mpsc` and `oneshot` channels are counted together.)
    Sync(SyncKind),
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    name: Name,
    /// The age in which the name was last asked for.
    age: u32,
    /// May it be forgotten, because the thing has ended, or may have ended?
    is_forgettable: bool,
}

/// How many things get names in one age.
const AGE: usize = if cfg!(test) { 1 << 10 } else { 1 << 19 };

impl Names {
    /// No names yet.
    pub fn new() -> Names {
        Names::default()
    }

    /// Gives a name to each thing that this record mentions and that has none yet.
    pub fn learn(&mut self, record: &Record) {
        self.learn_some(record, |_| true);
    }

    /// Gives names to those things of a record that are `wanted`. Returns three of the names: of
    /// the task or job that was running, and of the first two things that the event mentions.
    pub(crate) fn learn_some(
        &mut self,
        record: &Record,
        wanted: impl Fn(Thing) -> bool,
    ) -> [Option<Name>; 3] {
        match record.event {
            Event::Spawn { task, kind: Kind::Main, .. } => _ = self.name(task.get(), Family::Main),
            Event::BlockingStart { task } => _ = self.name(task.get(), Family::Job),
            _ => {}
        }
        let running = record.task.or(record.job).map(Thing::Task).filter(|thing| wanted(*thing));
        let mut names = [running.map(|thing| self.thing(thing)), None, None];
        for (nth, thing) in record.event.things().filter(|thing| wanted(*thing)).enumerate() {
            let name = self.thing(thing);
            if let Some(place) = names.get_mut(1 + nth) {
                *place = Some(name);
            }
        }
        if let Some(Thing::Task(id) | Thing::Timer(id) | Thing::Source(id)) = record.event.ends()
            && let Some(entry) = self.entries.get_mut(&id.get())
        {
            entry.is_forgettable = true;
        }
        names
    }

    /// The name of a thing of any family.
    pub fn thing(&mut self, thing: Thing) -> Name {
        match thing {
            Thing::Task(task) => self.task(task),
            Thing::Timer(timer) => self.timer(timer),
            Thing::Source(source) => self.source(source),
            Thing::Sync(kind, sync) => self.sync(kind, sync),
        }
    }

    /// The name of the thing with this id, if it has one.
    pub(crate) fn known(&self, id: Id) -> Option<Name> {
        self.entries.get(&id.get()).map(|entry| entry.name)
    }

    /// Forgets the names of all things but these.
    pub(crate) fn retain(&mut self, ids: &BTreeSet<Id>) {
        let entries: Vec<_> = ids.iter().map(|id| self.entries.remove_entry(&id.get())).collect();
        self.entries = entries.into_iter().flatten().collect();
    }

    /// How many things have names.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// The name of the thing with this id. A thing without a name gets a task's.
    pub(crate) fn of_any_family(&mut self, id: u64) -> Name {
        self.name(id, Family::Task)
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

    fn name(&mut self, id: u64, family: Family) -> Name {
        if let Some(entry) = self.entries.get_mut(&id) {
            entry.age = self.age;
            return entry.name;
        }
        let is_oneshot = family == Family::Sync(SyncKind::Oneshot);
        let counted_as = if is_oneshot { Family::Sync(SyncKind::Mpsc) } else { family };
        let count = self.counts.entry(counted_as).or_default();
        *count += 1;
        let name = Name { family, number: *count };
        let is_forgettable = matches!(family, Family::Sync(_));
        self.entries.insert(id, Entry { name, age: self.age, is_forgettable });
        if self.counts.values().sum::<usize>() % AGE == 0 {
            self.end_age();
        }
        name
    }

    /// Forgets things that have ended and whose names weren't asked for in this age, since a
    /// program that runs for days makes tasks and timers without end. If too many names are left,
    /// because an end on another thread wasn't recorded, forgets all that weren't asked for.
    fn end_age(&mut self) {
        self.entries.retain(|_, entry| entry.age == self.age || !entry.is_forgettable);
        if self.entries.len() > AGE + AGE / 2 {
            self.entries.retain(|_, entry| entry.age == self.age);
        }
        self.age += 1;
    }
}

impl Name {
    /// The first part of the name, such as `task`.
    fn word(self) -> &'static str {
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

    /// Writes the name as a JSON string.
    pub(crate) fn json(self, out: &mut Out) {
        text::raw(out, "\"");
        text::raw(out, self.word());
        if let Some(number) = self.shown_number() {
            text::raw(out, " ");
            text::number(out, number);
        }
        text::raw(out, "\"");
    }

    /// The second part of the name, its number. The first `main` has none, since a program usually
    /// has one `block_on`.
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
        let [main, second_main, first, second, job] = [(); 5].map(|()| Id::next());
        let [timer, other_timer, mpsc, oneshot] = [(); 4].map(|()| Id::next());
        let job_starts = Event::BlockingStart { task: job };
        let mains = [spawn_main(main), spawn_main(second_main)];
        let mut names = learned(&[mains[0], spawn(second), spawn(first), job_starts, mains[1]]);
        let named = [main, second_main, first, second, job].map(|id| names.task(id).to_string());
        assert_eq!(named, ["main", "main 2", "task 2", "task 1", "job 1"]);
        let named = [timer, other_timer, timer].map(|id| names.timer(id).to_string());
        assert_eq!(named, ["timer 1", "timer 2", "timer 1"]);
        let channels = [(SyncKind::Mpsc, mpsc), (SyncKind::Oneshot, oneshot)];
        let named = channels.map(|(kind, id)| names.sync(kind, id).to_string());
        assert_eq!(named, ["channel 1", "channel 2"]);
    }

    #[test]
    fn an_endless_run_does_not_fill_the_memory_and_what_still_exists_keeps_its_name() {
        let [main, job, timer, source, asked_for, forgotten] = [(); 6].map(|()| Id::next());
        let (due, what, mutex) = (std::time::Duration::ZERO, "TcpStream", SyncKind::Mutex);
        let add = |timer| Event::TimerAdd { timer, due, level: 0, slot: 0 };
        let starts = Event::BlockingStart { task: job };
        let adds = Event::SourceAdd { source, what };
        let mut names = learned(&[spawn_main(main), starts, add(timer), adds]);
        let first = [asked_for, forgotten].map(|lock| names.sync(mutex, lock));
        for number in 0..4 * AGE {
            let timer = Id::next();
            let mut script = Script::new();
            script.write(add(timer)).write(Event::TimerCancel { timer });
            script.records.iter().for_each(|record| names.learn(record));
            if number % (AGE / 2) == 0 {
                names.sync(mutex, asked_for);
            }
        }
        assert_eq!(names.sync(mutex, asked_for), first[0]);
        assert_ne!(names.sync(mutex, forgotten), first[1], "nobody has asked for it");
        let named = [main, job, timer, source].map(|id| names.of_any_family(id.get()).to_string());
        assert_eq!(named, ["main", "job 1", "timer 1", "source 1"]);
        assert!(names.len() <= 2 * AGE, "ended things are forgotten: {}", names.len());
    }
}
