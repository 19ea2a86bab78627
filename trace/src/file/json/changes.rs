//! How does a line say what its event has changed?
//!
//! As a list of entries of three items each: a table, a name in it, and the change. The table
//! `loop` has one entry, without a name. The change is an object with the new values of fields, or
//! a word that says how the entry went away. `fold/shown.rs` lists the fields.
//!
//! A [`Fold`] knows the state. The values that a page got last are kept here, and only those that
//! differ are written. So a page that keeps what it reads has the fold's state, and needs no rule
//! of the runtime.
//!
//! Interface: [`Changes::after`], once for each record, in order, or [`Changes::pass`] for a record
//! that isn't written; then [`Changes::pointers`]. [`Changes::everything`] is for a reader that
//! begins in the middle.
//!
//! Invariant: an event changes little. Of more than [`INLINE`] entries, the rest have a line each,
//! so there are few kinds of lines.
//!
//! Not here: which fields there are, and which of them an event may change (`fold/shown.rs`), how a
//! value is written (`wire.rs`).

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use kettle_events::{Event, Id, Place, Record, Thing, fields};
use serde::Serialize;

use super::wire::{ALL, Wire};
use crate::fold::{Fold, Shown, ShownLoop};
use crate::why::Origins;
use crate::words::names::{Name, Names};
use crate::words::quick::Quick;
use crate::words::text::{self as json, Out};

/// At most so many entries are in the line of their event.
const INLINE: usize = 8;
/// After so many records, things that are over are forgotten.
const ROUND: u64 = 1 << 16;
/// The field of an event's line that has the entries.
const THEN: &str = ",\"then\":[";

/// The state, and the part of it that a page already has.
#[derive(Debug, Default)]
pub(super) struct Changes {
    fold: Fold,
    origins: Origins,
    /// The number of the record that caused the last one.
    from: Option<u64>,
    written: Written,
    /// Empty between two records; kept for their memory.
    named: Vec<Thing>,
    touched: Vec<Thing>,
}

/// The values that were written for the page.
#[derive(Debug, Default)]
struct Written {
    the_loop: Option<ShownLoop>,
    all: HashMap<Thing, Shown, Quick>,
}

/// A scope or a wait that is open where a page begins: its latest event, by whom, in which branch.
#[derive(Serialize)]
struct Open {
    task: Option<Id>,
    #[serde(rename = "in", serialize_with = "fields::some_number")]
    branch: Option<Id>,
    event: Event,
}

impl Changes {
    /// Writes what this record changes: a field into `out`, and further lines into `more`.
    pub(super) fn after(
        &mut self,
        record: &Record,
        names: &mut Names,
        (out, more): (&mut Out, &mut Out),
    ) {
        self.pass(record);
        let Changes { fold, written, named, touched, .. } = self;
        fold.touched(record, named, touched);
        let fired = matches!(record.event, Event::TimerFire { .. });
        let mut entries = Entries { out, more, inline: 0, names, fired, named };
        entries.of_the_loop(fold, written);
        for thing in &*touched {
            entries.of(*thing, fold, written);
        }
        if entries.inline > 0 {
            json::raw(out, "]");
        }
        if record.seq.is_multiple_of(ROUND) {
            self.written.forget(&self.fold);
        }
    }

    /// Two earlier records that belong to the last one: the act that it completes, and its cause.
    pub(super) fn pointers(&self) -> [(&'static str, Option<u64>); 2] {
        [("back", self.fold.back), ("from", self.from)]
    }

    /// A record that a page doesn't get.
    pub(super) fn pass(&mut self, record: &Record) {
        self.fold.step(record);
        self.from = self.origins.of(record, self.fold.back);
    }

    /// The same state, for a page that has nothing yet.
    pub(super) fn snapshot(&self) -> Changes {
        let (fold, origins) = (self.fold.clone(), self.origins.clone());
        Changes { fold, origins, ..Changes::default() }
    }

    /// The program's lines that [`Changes::everything`] names.
    pub(super) fn places(&self) -> Vec<Place> {
        self.fold.places()
    }

    /// Writes all that exists at this moment. The first line is `anew`, the others `also`.
    pub(super) fn everything(&mut self, names: &mut Names, out: &mut Out) {
        self.written = Written::default();
        let (mut first, mut more) = (Out::new(), Out::new());
        let (named, fired) = (&[][..], false);
        let (first, more) = (&mut first, &mut more);
        let mut entries = Entries { out: first, more, inline: 0, names, fired, named };
        entries.of_the_loop(&self.fold, &mut self.written);
        entries.inline = INLINE;
        for thing in self.fold.everything() {
            entries.of(thing, &self.fold, &mut self.written);
        }
        for ((task, branch), event) in self.fold.open() {
            entries.open(&Open { task, branch, event });
        }
        json::raw(out, "{\"anew\":[");
        json::raw(out, &first.to_str().expect("it is text")[THEN.len()..]);
        json::raw(out, "]}\n");
        out.push(more);
    }
}

impl Written {
    fn forget(&mut self, fold: &Fold) {
        self.all.retain(|thing, _| fold.shown(*thing).is_some());
    }
}

/// The entries of an event: each a table, a name and an object with values.
struct Entries<'a> {
    out: &'a mut Out,
    more: &'a mut Out,
    /// How many entries are in `out`.
    inline: usize,
    names: &'a mut Names,
    /// Timers that are removed now have fired.
    fired: bool,
    /// The event is about these, so they get an entry even if nothing has changed.
    named: &'a [Thing],
}

impl Entries<'_> {
    fn of_the_loop(&mut self, fold: &Fold, written: &mut Written) {
        let now = fold.shown_loop();
        let wanted = written.the_loop.as_ref().map_or(ALL, |was| now.differing(was));
        if wanted != 0 {
            self.add(("loop", None), wanted, &now);
            written.the_loop = Some(now);
        }
    }

    fn of(&mut self, thing: Thing, fold: &Fold, written: &mut Written) {
        let (name, known) = (self.names.thing(thing), written.all.entry(thing));
        if let Some(now) = fold.shown(thing) {
            return self.differing((now.table(), Some(name)), known, now);
        }
        let Entry::Occupied(was) = known else { return };
        let was = was.remove();
        let how = match was {
            Shown::Job(_) => "ended",
            Shown::Timer(_) if self.fired => "rings",
            Shown::Timer(_) | Shown::Source(_) => "removed",
            // The page knew that a task was over before the fold forgot it.
            Shown::Task(_) | Shown::Primitive(_) => return,
        };
        self.entry((was.table(), Some(name)), |_, out| json::word(out, how));
    }

    /// Writes the values that differ from those that the page has.
    fn differing(
        &mut self,
        whose: (&str, Option<Name>),
        known: Entry<'_, Thing, Shown>,
        now: Shown,
    ) {
        let differing = match &known {
            Entry::Occupied(was) => now.differing(was.get()),
            Entry::Vacant(_) => ALL,
        };
        if differing != 0 || self.named.contains(known.key()) {
            self.add(whose, differing, &now);
        }
        if differing != 0 {
            known.insert_entry(now);
        }
    }

    fn open(&mut self, open: &Open) {
        if let Event::Wait { on, .. } = open.event {
            self.names.thing(on.thing());
        }
        self.add(("open", None), ALL, open);
    }

    /// Writes these fields of a value.
    fn add(&mut self, whose: (&str, Option<Name>), wanted: u32, value: &impl Serialize) {
        self.entry(whose, |names, out| Wire::object(value, wanted, names, out));
    }

    /// An entry, in the line of its event or in a line of its own.
    fn entry(
        &mut self,
        (table, name): (&str, Option<Name>),
        write: impl FnOnce(&mut Names, &mut Out),
    ) {
        let is_inline = self.inline < INLINE;
        let out = if is_inline { &mut *self.out } else { &mut *self.more };
        let begin = if self.inline == 0 { THEN } else { "," };
        json::raw(out, if is_inline { begin } else { "{\"also\":[" });
        json::word(out, table);
        json::raw(out, ",");
        match name {
            Some(name) => name.json(out),
            None => json::word(out, ""),
        }
        json::raw(out, ",");
        write(self.names, out);
        if is_inline {
            self.inline += 1;
        } else {
            json::raw(out, "]}\n");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Scribe;
    use super::*;
    use crate::fixture::{Script, keys, parse, poll, spawn, turn, wake};
    use kettle_events::{Cause, Effect, Outcome, Resource};
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

    /// So many timers of one slot, which are sent on to others.
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
        let told = lines(&mut Scribe::for_a_page(), &records);
        let poll = told.iter().find(|line| line.contains("PollStart")).unwrap();
        let then = poll.split_once("\"then\":").unwrap().1;
        assert!(
            then.starts_with("[\"loop\",\"\",{\"stack\":[\"main\"]},\"tasks\",\"main\","),
            "{poll}"
        );
        assert!(then.contains("\"where\":\"polling\",\"polls\":1}]"), "{poll}");
        let plain = lines(&mut Scribe::default(), &records);
        assert!(plain.iter().all(|line| !line.contains("\"then\"")), "it is for a page only");
        assert!(told.iter().all(|line| !line.contains(",,") && !line.contains("{,")));
        assert!(told.iter().all(|line| keys(&parse(line)).len() > 1));
    }

    #[test]
    fn what_is_too_much_for_a_line_has_lines_of_one_kind() {
        let kinds = |many| {
            let told = lines(&mut Scribe::for_a_page(), &cascade(many));
            let also = told.iter().filter(|line| line.starts_with("{\"also\":[\"timers\""));
            (also.count(), told)
        };
        let ((few, told), (many, more)) = (kinds(20), kinds(40));
        assert_eq!(many - few, 20);
        let shape = |line: &str| line.replace(|letter: char| letter.is_ascii_digit(), "");
        let event = |lines: &[String]| {
            let line = lines.iter().find(|line| line.contains("TimerCascade")).unwrap();
            shape(line.split_once("\"src\"").unwrap().0).len()
        };
        assert!(event(&more).abs_diff(event(&told)) < 40, "the event's own line does not grow");
    }

    #[test]
    fn of_a_task_that_is_long_over_no_end_of_a_job_is_told() {
        let ((mut script, main), task) = (Script::begun(true), Id::next());
        script.task(main).write(spawn(task)).write(Event::Detach { task });
        script.task(task);
        poll(&mut script, task, Outcome::Ready);
        script.task(main);
        poll(&mut script, main, Outcome::Pending);
        script.write(wake(task, Cause::Message, Effect::Stale));
        let told = lines(&mut Scribe::for_a_page(), &script.records);
        assert!(told.last().unwrap().contains("\"stale\""));
        assert!(told.iter().all(|line| !line.contains("\"jobs\"")), "{told:?}");
    }
}
