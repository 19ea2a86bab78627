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
//! Interface: [`Changes::write_after`], called for each record in order, writes what the record has
//! changed. After it, `Changes::origin` gives the numbers of the records that this one comes from,
//! and [`Changes::main_inside`] says whether `main` waits for code of the program alone.
//!
//! Invariant: an event's line has at most [`MAX_IN_LINE`] entries; each further one has a line of
//! its own.
//!
//! Not here: which fields there are, and which of them an event may change (`fold/shown.rs`), how a
//! value is written (`wire.rs`).

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use kettle_events::{Event, Id, Kind, Record, Resource, Thing};
use serde::Serialize;

use super::wire::{ALL_FIELDS, Wire};
use crate::fold::{Fold, Shown, ShownLoop, State, Task, Wait};
use crate::why::{Origin, Origins};
use crate::words::names::{Name, Names};
use crate::words::quick::Quick;
use crate::words::text::{self, Out};

/// At most this many entries are in the line of their event.
const MAX_IN_LINE: usize = 8;
/// After every so many records, things that have ended are forgotten.
const FORGET_EVERY: u64 = 1 << 16;

/// The state, and the part of it that a page already has.
#[derive(Debug, Default)]
pub(super) struct Changes {
    pub(super) fold: Fold,
    origins: Origins,
    /// Where the last record comes from.
    pub(super) origin: Origin,
    written: Written,
    /// The things that the present record names. A field so that its memory is reused.
    named: Vec<Thing>,
    /// The things that the present record may have changed. A field for the same reason.
    touched: Vec<Thing>,
}

/// The values that were written for the page.
#[derive(Debug, Default)]
struct Written {
    the_loop: Option<ShownLoop>,
    things: HashMap<Thing, Shown, Quick>,
}

impl Changes {
    /// Adds to `line`, which is the record's, a field with what the record changes. Entries that
    /// don't fit there are added to `extra_lines`.
    pub(super) fn write_after(
        &mut self,
        record: &Record,
        names: &mut Names,
        line: &mut Out,
        extra_lines: &mut Out,
    ) {
        self.fold.step(record);
        self.origin = self.origins.of(record, self.fold.completes);
        let Changes { fold, written, named, touched, .. } = self;
        fold.touched(record, named, touched);
        let fires_a_timer = matches!(record.event, Event::TimerFire { .. });
        let mut entries = Entries { line, extra_lines, in_line: 0, names, fires_a_timer, named };
        entries.add_loop(fold, written);
        for thing in &*touched {
            entries.add_thing(*thing, fold, written);
        }
        entries.close();
        if record.seq.is_multiple_of(FORGET_EVERY) {
            self.written.things.retain(|thing, _| self.fold.shown(*thing).is_some());
        }
    }

    /// As the thread falls asleep: `main`, if it waits only for code of the program, and not for a
    /// timer or a source.
    pub(super) fn main_inside(&self, record: &Record) -> Option<Id> {
        let Event::Park { .. } = record.event else { return None };
        let is_main = |task: &&Task| task.kind == Kind::Main && task.state == State::Waiting;
        let main = self.fold.tasks().find(is_main)?.id;
        let waits = self.fold.waits_of(main);
        let is_inside =
            |wait: &Wait| !matches!(wait.now.on, Resource::Timer(_) | Resource::Source(..));
        waits.iter().all(is_inside).then_some(main)
    }
}

/// Writes the entries of one event.
struct Entries<'a> {
    line: &'a mut Out,
    extra_lines: &'a mut Out,
    /// How many entries are in `line`.
    in_line: usize,
    names: &'a mut Names,
    /// Does the event fire a timer? If not, a timer that has gone was cancelled.
    fires_a_timer: bool,
    /// The event names these, so they get an entry even if nothing has changed.
    named: &'a [Thing],
}

/// Which row of the page's tables an entry is for.
#[derive(Clone, Copy)]
struct Row {
    table: &'static str,
    /// `None` for the loop, the only row of its table.
    name: Option<Name>,
}

impl Entries<'_> {
    fn add_loop(&mut self, fold: &Fold, written: &mut Written) {
        let now = fold.shown_loop();
        let differing = match &written.the_loop {
            Some(was) => now.differing(was),
            None => ALL_FIELDS,
        };
        if differing != 0 {
            self.add_fields(Row { table: "loop", name: None }, differing, &now);
            written.the_loop = Some(now);
        }
    }

    fn add_thing(&mut self, thing: Thing, fold: &Fold, written: &mut Written) {
        let name = self.names.thing(thing);
        match (fold.shown(thing), written.things.entry(thing)) {
            (Some(now), written) => self.add_present(name, now, written),
            (None, Entry::Occupied(written)) => self.add_gone(name, &written.remove()),
            (None, Entry::Vacant(_)) => {} // the page has never heard of it
        }
    }

    /// Adds an entry with the values that differ from those that the page has.
    fn add_present(&mut self, name: Name, now: Shown, written: Entry<'_, Thing, Shown>) {
        let row = Row { table: now.table(), name: Some(name) };
        let differing = match &written {
            Entry::Occupied(was) => now.differing(was.get()),
            Entry::Vacant(_) => ALL_FIELDS,
        };
        if differing != 0 || self.named.contains(written.key()) {
            self.add_fields(row, differing, &now);
        }
        if differing != 0 {
            written.insert_entry(now);
        }
    }

    /// Adds an entry that says how a thing went away.
    fn add_gone(&mut self, name: Name, was: &Shown) {
        let how = match was {
            Shown::Job(_) => "ended",
            Shown::Timer(_) if self.fires_a_timer => "rings",
            Shown::Timer(_) | Shown::Source(_) => "removed",
            // The page knew that a task was over before the fold forgot it.
            Shown::Task(_) | Shown::Primitive(_) => return,
        };
        let row = Row { table: was.table(), name: Some(name) };
        self.add(row, |_, out| text::word(out, how));
    }

    /// Adds an entry with these fields of a value.
    fn add_fields(&mut self, row: Row, fields: u32, value: &impl Serialize) {
        self.add(row, |names, out| Wire::object(value, fields, names, out));
    }

    /// Adds an entry, in the line of its event or in a line of its own. `write_change` writes its
    /// third part.
    fn add(&mut self, row: Row, write_change: impl FnOnce(&mut Names, &mut Out)) {
        let is_in_line = self.in_line < MAX_IN_LINE;
        let out = if is_in_line { &mut *self.line } else { &mut *self.extra_lines };
        let opening = match self.in_line {
            0 => ",\"then\":[",
            1..MAX_IN_LINE => ",",
            _ => "{\"also\":[",
        };
        text::raw(out, opening);
        text::word(out, row.table);
        text::raw(out, ",");
        match row.name {
            Some(name) => name.json(out),
            None => text::word(out, ""),
        }
        text::raw(out, ",");
        write_change(self.names, out);
        if is_in_line {
            self.in_line += 1;
        } else {
            text::raw(out, "]}\n");
        }
    }

    /// Closes the list in the event's line, if there is one.
    fn close(self) {
        if self.in_line > 0 {
            text::raw(self.line, "]");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Encoder;
    use super::*;
    use crate::fixture::{Script, keys, parse, spawn, turn, wake};
    use kettle_events::{Cause, Effect, Outcome};
    use std::time::Duration;

    /// The lines of these records for a page.
    fn lines(encoder: &mut Encoder, records: &[Record]) -> Vec<String> {
        let mut out = Out::new();
        for record in records {
            encoder.write_sources(record, &mut Out::new());
            encoder.write_event(record, &mut out);
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
        let lines_for_page = lines(&mut Encoder::for_a_page(), &records);
        assert!(lines_for_page.iter().all(|line| keys(&parse(line)).len() > 1), "they are JSON");
        let poll = lines_for_page.iter().find(|line| line.contains("PollStart")).unwrap();
        let then = poll.split_once("\"then\":").unwrap().1;
        assert!(
            then.starts_with("[\"loop\",\"\",{\"stack\":[\"main\"]},\"tasks\",\"main\","),
            "{poll}"
        );
        assert!(then.contains("\"where\":\"polling\",\"polls\":1}]"), "{poll}");
        let plain = lines(&mut Encoder::default(), &records);
        assert!(plain.iter().all(|line| !line.contains("\"then\"")), "it is for a page only");
    }

    #[test]
    fn entries_that_do_not_fit_into_the_line_have_lines_of_their_own() {
        let lines_of_their_own = [20, 40].map(|timers| {
            let lines = lines(&mut Encoder::for_a_page(), &cascade(timers));
            let event = lines.iter().find(|line| line.contains("TimerCascade")).unwrap();
            let parts = parse(event)["then"].as_array().unwrap().len();
            assert_eq!(parts, 3 * MAX_IN_LINE, "an entry has three parts");
            lines.iter().filter(|line| line.starts_with("{\"also\":[\"timers\"")).count()
        });
        assert_eq!(lines_of_their_own[1] - lines_of_their_own[0], 40 - 20);
    }

    #[test]
    fn a_late_wake_of_a_task_that_is_over_is_not_written_as_the_end_of_a_job() {
        let ((mut script, main), task) = (Script::begun(true), Id::next());
        script.task(main).write(spawn(task)).write(Event::Detach { task });
        script.polls(task).returns(Outcome::Ready).polls(main).returns(Outcome::Pending);
        script.write(wake(task, Cause::Message, Effect::Stale));
        let lines = lines(&mut Encoder::for_a_page(), &script.records);
        assert!(lines.last().unwrap().contains("\"stale\""));
        assert!(lines.iter().all(|line| !line.contains("\"jobs\"")), "{lines:?}");
    }
}
