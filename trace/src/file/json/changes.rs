//! How is it written what an event has changed?
//!
//! As a list of three things at a time: in which table, of which name, what. The table `loop` has one
//! entry, which has no name. What has changed is an object of the fields that have another value now,
//! or a word that says how the entry has gone. `docs/trace-format.md` lists the fields.
//!
//! A [`Fold`] knows the state; here are the values that a page was told last, as they were written. Each
//! is compared with what it would be now, and the difference is written. So a page that keeps what it is
//! told has the fold's state, and needs no rule for it.
//!
//! Interface: [`Changes::after`], once for each record, in order; [`Changes::everything`], for a reader
//! that knows nothing of what came before. [`Changes::pass`] in place of `after` where nothing is written.
//!
//! Invariant: an event changes little. Of what it changes in more than [`INLINE`] entries, the others
//! have a line each; so there are few kinds of lines, however much it is.
//!
//! Not here: which records may differ (`fold/touched.rs`), which fields there are (`fold/shown.rs`), how a
//! value is written (`wire.rs`).

use std::collections::HashMap;

use kettle_events::{Event, Place, Record};
use serde::Serialize;

use super::wire::{Fields, Wire};
use crate::fold::{Fold, Item, ShownLoop};
use crate::words::names::{Family, Name, Names};
use crate::words::quick::Quick;
use crate::words::text as json;

/// So many entries are in the line of their event.
const INLINE: usize = 8;
/// So often those that are over are forgotten.
const ROUND: u64 = 1 << 16;

/// The state, and what a page was told of it.
#[derive(Debug)]
pub(super) struct Changes {
    fold: Fold,
    told: Told,
    /// Kept for their room.
    named: Vec<Item>,
    touched: Vec<Item>,
    entry: Vec<u8>,
}

/// The values that a page has.
#[derive(Debug, Default)]
struct Told {
    of_the_loop: Option<ShownLoop>,
    loop_values: Fields,
    all: HashMap<Item, Fields, Quick>,
    /// The record at hand; kept for its room.
    now: Fields,
}

impl Default for Changes {
    fn default() -> Changes {
        let (named, touched, entry) = (Vec::new(), Vec::new(), Vec::new());
        Changes { fold: Fold::keeping(), told: Told::default(), named, touched, entry }
    }
}

impl Changes {
    /// What this record changes: `out` gets a field for its line, `more` the lines behind it.
    pub(super) fn after(
        &mut self,
        record: &Record,
        names: &mut Names,
        (out, more): (&mut Vec<u8>, &mut Vec<u8>),
    ) {
        self.fold.step(record);
        self.fold.touched(record, &mut self.named, &mut self.touched);
        let fired = matches!(record.event, Event::TimerFire { .. });
        let mut list = List { out, more, inline: 0 };
        let mut entry = Entry { out: &mut self.entry, names, fired, named: &self.named };
        entry.of_the_loop(&mut self.told, &self.fold);
        list.take(&mut entry);
        for &item in &self.touched {
            entry.of(item, &mut self.told, &self.fold);
            list.take(&mut entry);
        }
        list.end();
        if record.seq.is_multiple_of(ROUND) {
            self.told.forget(&self.fold);
        }
    }

    /// The record that the last one goes back to.
    pub(super) fn back(&self) -> Option<u64> {
        self.fold.back
    }

    /// A record that a page is not told.
    pub(super) fn pass(&mut self, record: &Record) {
        self.fold.step(record);
    }

    /// The same state, for a page that was told nothing yet.
    pub(super) fn snapshot(&self) -> Changes {
        Changes { fold: self.fold.clone(), ..Changes::default() }
    }

    /// The program's lines that [`Changes::everything`] names.
    pub(super) fn places(&self) -> Vec<Place> {
        self.fold.places()
    }

    /// Lines that say all there is at this moment: the first is called `anew`.
    pub(super) fn everything(&mut self, names: &mut Names, out: &mut Vec<u8>) {
        self.told = Told::default();
        let mut entry = Entry { out: &mut self.entry, names, fired: false, named: &[] };
        out.extend_from_slice(b"{\"anew\":[");
        entry.of_the_loop(&mut self.told, &self.fold);
        out.append(entry.out);
        out.extend_from_slice(b"]}\n");
        for item in self.fold.everything() {
            entry.of(item, &mut self.told, &self.fold);
            a_line(&mut entry, out);
        }
    }
}

impl Told {
    /// What the fold has forgotten is not asked for any more.
    fn forget(&mut self, fold: &Fold) {
        self.all.retain(|item, _| match *item {
            Item::Task(id) => fold.task(id).is_some() || fold.shown_job(id).is_some(),
            Item::Primitive(sync) => fold.primitive(sync).is_some(),
            Item::Timer(_) | Item::Source(_) | Item::InLine(..) => true,
        });
    }
}

/// A table, a name and an object with values, in the making. If nothing differs, nothing is written.
struct Entry<'a> {
    out: &'a mut Vec<u8>,
    names: &'a mut Names,
    /// A timer that goes has fired.
    fired: bool,
    /// These get an entry also if nothing has changed: the event is about them.
    named: &'a [Item],
}

impl Entry<'_> {
    fn of_the_loop(&mut self, told: &mut Told, fold: &Fold) {
        let now = Some(fold.shown_loop());
        // It is looked at after each event, and seldom differs.
        if told.of_the_loop != now {
            Wire::fields(&now, self.names, &mut told.now);
            json::raw(self.out, "\"loop\",\"\",");
            differences(&told.loop_values, &told.now, self.out);
            std::mem::swap(&mut told.loop_values, &mut told.now);
            told.of_the_loop = now;
        }
    }

    fn of(&mut self, item: Item, told: &mut Told, fold: &Fold) {
        match item {
            Item::Task(id) => {
                let name = self.names.task(id);
                if let Some(now) = fold.shown_task(id) {
                    // That of a primitive may have been forgotten.
                    for on in now.waits_on() {
                        self.names.thing(on.thing());
                    }
                    self.record(item, ("tasks", name), &now, told);
                } else if let Some(now) = fold.shown_job(id) {
                    self.record(item, ("jobs", name), &now, told);
                } else if name.family == Family::Job {
                    self.gone(item, ("jobs", name), "ended", told);
                } else {
                    // Of a task it was told that it is over, before the fold forgot it.
                    told.all.remove(&item);
                }
            }
            Item::Timer(timer) => {
                let name = self.names.timer(timer);
                match fold.shown_timer(timer) {
                    Some(now) => self.record(item, ("timers", name), &now, told),
                    None if self.fired => self.gone(item, ("timers", name), "rings", told),
                    None => self.gone(item, ("timers", name), "removed", told),
                }
            }
            Item::Source(source) => {
                let name = self.names.source(source);
                match fold.shown_source(source) {
                    Some(now) => self.record(item, ("sources", name), &now, told),
                    None => self.gone(item, ("sources", name), "removed", told),
                }
            }
            Item::Primitive(sync) => {
                let Some(now) = fold.shown_primitive(sync) else { return };
                let name = self.names.sync(now.kind, sync);
                self.record(item, ("primitives", name), &now, told);
            }
            Item::InLine(sync, ticket) => {
                let Some(kind) = fold.primitive(sync).map(|known| known.kind) else { return };
                let Some(now) = fold.shown_ticket(sync, ticket) else { return };
                let name = self.names.sync(kind, sync);
                Wire::fields(&now, self.names, &mut told.now);
                self.begin(("primitives", name));
                differences(&Fields::default(), &told.now, self.out);
            }
        }
    }

    /// What differs from the values that were told last; at first, all.
    fn record(&mut self, item: Item, whose: (&str, Name), now: &impl Serialize, told: &mut Told) {
        Wire::fields(now, self.names, &mut told.now);
        let was = told.all.entry(item).or_default();
        if *was != told.now || self.named.contains(&item) {
            self.begin(whose);
            differences(was, &told.now, self.out);
            std::mem::swap(was, &mut told.now);
        }
    }

    /// `"timers","timer 1","rings"`
    fn gone(&mut self, item: Item, whose: (&str, Name), how: &str, told: &mut Told) {
        if told.all.remove(&item).is_some() {
            self.begin(whose);
            json::word(self.out, how);
        }
    }

    /// `"timers","timer 1",`
    fn begin(&mut self, (table, name): (&str, Name)) {
        json::word(self.out, table);
        self.out.push(b',');
        name.json(self.out);
        self.out.push(b',');
    }
}

/// An object of the fields that have another value now.
fn differences(was: &Fields, now: &Fields, out: &mut Vec<u8>) {
    out.push(b'{');
    let begin = out.len();
    for number in 0..now.count() {
        let value = now.value(number).unwrap_or_default();
        if was.value(number) != Some(value) {
            if out.len() > begin {
                out.push(b',');
            }
            json::word(out, now.key(number));
            out.push(b':');
            out.extend_from_slice(value);
        }
    }
    out.push(b'}');
}

/// The entries of one event.
struct List<'a> {
    out: &'a mut Vec<u8>,
    more: &'a mut Vec<u8>,
    inline: usize,
}

impl List<'_> {
    /// Takes an entry, if it says anything.
    fn take(&mut self, entry: &mut Entry<'_>) {
        if entry.out.is_empty() {
            return;
        }
        if self.inline == INLINE {
            return a_line(entry, self.more);
        }
        json::raw(self.out, if self.inline == 0 { ",\"then\":[" } else { "," });
        self.inline += 1;
        self.out.append(entry.out);
    }

    fn end(self) {
        if self.inline > 0 {
            self.out.push(b']');
        }
    }
}

fn a_line(entry: &mut Entry<'_>, out: &mut Vec<u8>) {
    if !entry.out.is_empty() {
        out.extend_from_slice(b"{\"also\":[");
        out.append(entry.out);
        out.extend_from_slice(b"]}\n");
    }
}

#[cfg(test)]
mod tests {
    use super::super::Scribe;
    use super::*;
    use crate::fixture::{Script, poll, spawn};
    use crate::fixture::{keys, parse};
    use kettle_events::{Cause, Effect, Id, Outcome, Resource};
    use std::time::Duration;

    /// The lines of these records for a page.
    fn lines(scribe: &mut Scribe, records: &[Record]) -> Vec<String> {
        let mut out = Vec::new();
        for record in records {
            scribe.sources(record, &mut Vec::new());
            scribe.line(record, &mut out);
        }
        String::from_utf8(out).unwrap().lines().map(str::to_owned).collect()
    }

    /// So many timers of one slot, which are sent on to others.
    fn cascade(many: usize) -> Vec<Record> {
        let (mut script, main) = Script::begun(true);
        let (by, effect) = (Cause::Runtime, Effect::Queued(1));
        script.write(Event::Wake { task: main, by, effect, wait: None });
        script.write(Event::Turn { queued: 1, tasks: 0, timers: 0, sources: 0 });
        script.task(main).write(Event::PollStart { task: main });
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
        script.write(Event::Wake { task, by: Cause::Message, effect: Effect::Stale, wait: None });
        let told = lines(&mut Scribe::for_a_page(), &script.records);
        assert!(told.last().unwrap().contains("\"stale\""));
        assert!(told.iter().all(|line| !line.contains("\"jobs\"")), "{told:?}");
    }
}
