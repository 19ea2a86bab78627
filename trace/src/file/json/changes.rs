//! How does a line say what its event has changed?
//!
//! As a list of entries, each a table, a name in it, and the change:
//!
//! ```text
//! "then":["loop","",{"stack":["main"]},"tasks","main",{"where":"polling","polls":1}]
//! ```
//!
//! The table `loop` has one entry, without a name. The change is an object with the new values of
//! fields, or a word that says how the entry went away.
//!
//! A [`Fold`] knows the state. [`Written`] has the values that the page got last, so that only
//! those that differ are written. A page that stores what it reads thus has the fold's state, and
//! needn't know the rules of the runtime.
//!
//! Interface: [`Changes::write_after`], once for each record, in order, writes the changes; then
//! [`Changes::pointers`] gives the numbers of earlier records that belong to this one, and
//! [`Changes::inside`] who waits inside of the program.
//!
//! Invariant: an event's line has at most [`INLINE`] entries; further ones have a line each.
//!
//! Not here: which fields there are, and which of them an event may change (`fold/shown.rs`), how a
//! value is written (`wire.rs`).

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use kettle_events::{Event, Id, Kind, Record, Resource, Thing};
use serde::Serialize;

use super::wire::{ALL, Wire};
use crate::fold::{Fold, Shown, ShownLoop, State, Task, Wait};
use crate::why::Origins;
use crate::words::names::{Name, Names};
use crate::words::quick::Quick;
use crate::words::text::{self, Out};

/// At most this many entries are in the line of their event.
const INLINE: usize = 8;
/// After every so many records, things that have ended are forgotten.
const FORGET_EVERY: u64 = 1 << 16;
/// The field of an event's line that has the entries.
const THEN: &str = ",\"then\":[";

/// The state, and the part of it that a page already has.
#[derive(Debug, Default)]
pub(super) struct Changes {
    fold: Fold,
    origins: Origins,
    /// The numbers of the record that caused the last one, and of the poll that delayed it.
    came_from: [Option<u64>; 2],
    written: Written,
    /// The things that the present record names, and all that it may have changed. Fields so that
    /// their memory is reused.
    named: Vec<Thing>,
    touched: Vec<Thing>,
}

/// The values that were written for the page.
#[derive(Debug, Default)]
struct Written {
    the_loop: Option<ShownLoop>,
    things: HashMap<Thing, Shown, Quick>,
}

impl Changes {
    /// Writes what this record changes: a field of its line into `out`, further lines into `extra`.
    pub(super) fn write_after(
        &mut self,
        record: &Record,
        names: &mut Names,
        (out, extra): (&mut Out, &mut Out),
    ) {
        self.fold.step(record);
        self.came_from = self.origins.of(record, self.fold.completes);
        let Changes { fold, written, named, touched, .. } = self;
        fold.touched(record, named, touched);
        let fired = matches!(record.event, Event::TimerFire { .. });
        let mut entries = Entries { out, extra, inline: 0, names, fired, named };
        entries.add_loop(fold, written);
        for thing in &*touched {
            entries.add_thing(*thing, fold, written);
        }
        if entries.inline > 0 {
            text::raw(out, "]");
        }
        if record.seq.is_multiple_of(FORGET_EVERY) {
            self.written.forget(&self.fold);
        }
    }

    /// The numbers of earlier records: `back`, the one that the last record completes; `from`, its
    /// cause; `held`, the end of the poll that has held the thread since then.
    pub(super) fn pointers(&self) -> [(&'static str, Option<u64>); 3] {
        let [from, held] = self.came_from;
        [("back", self.fold.completes), ("from", from), ("held", held)]
    }

    /// When the thread falls asleep: `main`, if it waits for nothing that time or the system gives.
    pub(super) fn inside(&self, record: &Record) -> Option<Id> {
        let Event::Park { .. } = record.event else { return None };
        let is_main = |task: &&Task| task.kind == Kind::Main && task.state == State::Waiting;
        let main = self.fold.tasks().find(is_main)?.id;
        let waits = self.fold.waits_of(main);
        let is_inside =
            |wait: &Wait| !matches!(wait.now.on, Resource::Timer(_) | Resource::Source(..));
        waits.iter().all(is_inside).then_some(main)
    }
}

impl Written {
    fn forget(&mut self, fold: &Fold) {
        self.things.retain(|thing, _| fold.shown(*thing).is_some());
    }
}

/// The entries of an event: each a table, a name and an object with values.
struct Entries<'a> {
    out: &'a mut Out,
    extra: &'a mut Out,
    /// How many entries are in `out`.
    inline: usize,
    names: &'a mut Names,
    /// Does the event fire a timer? If not, a timer that has gone was cancelled.
    fired: bool,
    /// The event names these, so they get an entry even if nothing has changed.
    named: &'a [Thing],
}

impl Entries<'_> {
    fn add_loop(&mut self, fold: &Fold, written: &mut Written) {
        let now = fold.shown_loop();
        let wanted = written.the_loop.as_ref().map_or(ALL, |was| now.differing(was));
        if wanted != 0 {
            self.add(("loop", None), wanted, &now);
            written.the_loop = Some(now);
        }
    }

    fn add_thing(&mut self, thing: Thing, fold: &Fold, written: &mut Written) {
        let (name, written) = (self.names.thing(thing), written.things.entry(thing));
        if let Some(now) = fold.shown(thing) {
            return self.add_differing((now.table(), Some(name)), written, now);
        }
        let Entry::Occupied(was) = written else { return };
        let was = was.remove();
        let how = match was {
            Shown::Job(_) => "ended",
            Shown::Timer(_) if self.fired => "rings",
            Shown::Timer(_) | Shown::Source(_) => "removed",
            // The page knew that a task was over before the fold forgot it.
            Shown::Task(_) | Shown::Primitive(_) => return,
        };
        self.add_with((was.table(), Some(name)), |_, out| text::word(out, how));
    }

    /// Adds an entry with the values that differ from those that the page has.
    fn add_differing(
        &mut self,
        whose: (&str, Option<Name>),
        written: Entry<'_, Thing, Shown>,
        now: Shown,
    ) {
        let differing = match &written {
            Entry::Occupied(was) => now.differing(was.get()),
            Entry::Vacant(_) => ALL,
        };
        if differing != 0 || self.named.contains(written.key()) {
            self.add(whose, differing, &now);
        }
        if differing != 0 {
            written.insert_entry(now);
        }
    }

    /// Adds an entry with these fields of a value.
    fn add(&mut self, whose: (&str, Option<Name>), wanted: u32, value: &impl Serialize) {
        self.add_with(whose, |names, out| Wire::object(value, wanted, names, out));
    }

    /// Adds an entry, in the line of its event or in a line of its own. `write` writes the change.
    fn add_with(
        &mut self,
        (table, name): (&str, Option<Name>),
        write: impl FnOnce(&mut Names, &mut Out),
    ) {
        let is_inline = self.inline < INLINE;
        let out = if is_inline { &mut *self.out } else { &mut *self.extra };
        let begin = if self.inline == 0 { THEN } else { "," };
        text::raw(out, if is_inline { begin } else { "{\"also\":[" });
        text::word(out, table);
        text::raw(out, ",");
        match name {
            Some(name) => name.json(out),
            None => text::word(out, ""),
        }
        text::raw(out, ",");
        write(self.names, out);
        if is_inline {
            self.inline += 1;
        } else {
            text::raw(out, "]}\n");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Scribe;
    use super::*;
    use crate::fixture::{Script, keys, parse, poll, spawn, turn, wake};
    use kettle_events::{Cause, Effect, Outcome};
    use std::time::Duration;

    /// The lines of these records for a page.
    fn lines(scribe: &mut Scribe, records: &[Record]) -> Vec<String> {
        let mut out = Out::new();
        for record in records {
            scribe.sources(record, &mut Out::new());
            scribe.line(record, &mut out);
        }
        out.into_string().unwrap().lines().map(str::to_owned).collect()
    }

    /// A slot of the wheel with this many timers, which cascade to lower levels.
    fn cascade(many: usize) -> Vec<Record> {
        let (mut script, main) = Script::begun(true);
        let (by, effect) = (Cause::Runtime, Effect::Queued(1));
        script.write(wake(main, by, effect));
        script.write(turn(1));
        script.polls(main);
        for number in 0..many {
            let (timer, due) = (Id::next(), Duration::from_millis(2_001 + number as u64));
            script.write(Event::TimerAdd { timer, due, level: 1, slot: 31 });
            let on = Resource::Timer(timer);
            script.write(crate::fixture::waits(on));
        }
        script.at(2_001).write(Event::TimerCascade {
            level: 1,
            slot: 31,
            hand: 2_000,
            moved: many - 1,
        });
        script.records
    }

    #[test]
    fn an_event_says_what_it_has_changed_and_nothing_else() {
        let records = cascade(1);
        let lines_for_page = lines(&mut Scribe::for_a_page(), &records);
        let poll = lines_for_page.iter().find(|line| line.contains("PollStart")).unwrap();
        let then = poll.split_once("\"then\":").unwrap().1;
        assert!(
            then.starts_with("[\"loop\",\"\",{\"stack\":[\"main\"]},\"tasks\",\"main\","),
            "{poll}"
        );
        assert!(then.contains("\"where\":\"polling\",\"polls\":1}]"), "{poll}");
        let plain = lines(&mut Scribe::default(), &records);
        assert!(plain.iter().all(|line| !line.contains("\"then\"")), "it is for a page only");
        assert!(lines_for_page.iter().all(|line| !line.contains(",,") && !line.contains("{,")));
        assert!(lines_for_page.iter().all(|line| keys(&parse(line)).len() > 1));
    }

    #[test]
    fn entries_that_do_not_fit_into_the_line_have_lines_of_one_kind() {
        let kinds = |many| {
            let lines = lines(&mut Scribe::for_a_page(), &cascade(many));
            let also = lines.iter().filter(|line| line.starts_with("{\"also\":[\"timers\""));
            (also.count(), lines)
        };
        let ((count_20, lines_20), (count_40, lines_40)) = (kinds(20), kinds(40));
        assert_eq!(count_40 - count_20, 20);
        let shape = |line: &str| line.replace(|letter: char| letter.is_ascii_digit(), "");
        let event = |lines: &[String]| {
            let line = lines.iter().find(|line| line.contains("TimerCascade")).unwrap();
            shape(line.split_once("\"src\"").unwrap().0).len()
        };
        let growth = event(&lines_40).abs_diff(event(&lines_20));
        assert!(growth < 40, "the event's own line does not grow");
    }

    #[test]
    fn a_late_wake_of_a_task_that_is_over_is_not_written_as_the_end_of_a_job() {
        let ((mut script, main), task) = (Script::begun(true), Id::next());
        script.task(main).write(spawn(task)).write(Event::Detach { task });
        script.task(task);
        poll(&mut script, task, Outcome::Ready);
        script.task(main);
        poll(&mut script, main, Outcome::Pending);
        script.write(wake(task, Cause::Message, Effect::Stale));
        let lines = lines(&mut Scribe::for_a_page(), &script.records);
        assert!(lines.last().unwrap().contains("\"stale\""));
        assert!(lines.iter().all(|line| !line.contains("\"jobs\"")), "{lines:?}");
    }
}
