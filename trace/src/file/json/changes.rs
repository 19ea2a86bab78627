//! How is it written what an event has changed?
//!
//! As a list of three things at a time: in which table, of which name, what. The table `loop` has one
//! entry, which has no name. What has changed is an object of the fields that have another value now,
//! or a word that says how the entry has gone. `docs/trace-format.md` lists the fields.
//!
//! A [`Fold`] knows the state; here are the values that a page was told last, and the difference is
//! written. So a page that keeps what it is told has the fold's state, and needs no rule for it.
//!
//! Interface: [`Changes::after`], once for each record, in order; [`Changes::everything`], for a reader
//! that knows nothing of what came before.
//!
//! Invariant: an event changes little. Of what it changes in more than [`INLINE`] entries, the others
//! have a line each; so there are few kinds of lines, however much it is.
//!
//! Not here: an entry (`entry.rs`), which fields there are (`fold/shown.rs`).

use kettle_events::{Event, Record};

use super::entry::Entry;
use super::told::Told;
use crate::fold::{Fold, Item};
use crate::words::names::Names;
use crate::words::sources::Sources;
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
        sources: &mut Sources,
        (out, more): (&mut Vec<u8>, &mut Vec<u8>),
    ) {
        self.fold.step(record);
        self.fold.touched(record, &mut self.named, &mut self.touched);
        let fired = matches!(record.event, Event::TimerFire { .. });
        let mut list = List { out, more, inline: 0 };
        let mut entry = Entry { out: &mut self.entry, names, sources, fired, named: &self.named };
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

    /// Lines that say all there is at this moment: the first is called `anew`.
    pub(super) fn everything(
        &mut self,
        names: &mut Names,
        sources: &mut Sources,
        out: &mut Vec<u8>,
    ) {
        self.told = Told::default();
        let mut entry = Entry { out: &mut self.entry, names, sources, fired: false, named: &[] };
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
    use crate::fixture::{Script, spawn_main};
    use crate::fixture::{keys, parse};
    use kettle_events::{Cause, Effect, Id, Replaced, Resource};
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
        let main = Id::next();
        let mut script = Script::new();
        script.write(Event::RunStart { paused: true }).write(spawn_main(main));
        let (by, effect) = (Cause::Runtime, Effect::Queued(1));
        script.write(Event::Wake { task: main, by, effect });
        script.write(Event::Turn { queued: 1, tasks: 0, timers: 0, sources: 0 });
        script.task(main).write(Event::PollStart { task: main });
        for number in 0..many {
            let (timer, due) = (Id::next(), Duration::from_millis(2_001 + number as u64));
            script.write(Event::TimerAdd { timer, due, level: 1, slot: 31 });
            let on = Resource::Timer(timer);
            script.write(Event::Wait { on, replaced: Replaced::None });
        }
        script.at(2_001).write(Event::TimerCascade { level: 1, slot: 31, moved: many - 1 });
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
    fn everything_is_what_was_told_bit_by_bit() {
        let records = cascade(12);
        let mut scribe = Scribe::for_a_page();
        lines(&mut scribe, &records);
        let mut out = Vec::new();
        scribe.everything(&mut out);
        let text = String::from_utf8(out).unwrap();
        let mut all = text.lines().map(parse);
        assert!(all.next().unwrap().get("anew").is_some());
        assert!(all.all(|line| line.get("also").is_some()));
        for wanted in ["\"main\",{\"kind\":\"main\"", "\"timer 12\",{\"due\":2012000000"] {
            assert!(text.contains(wanted), "{wanted}: {text}");
        }
    }
}
