//! How is a ledger printed?
//!
//! As a small table: what, how many, and of what sort. Rows with nothing in them are left out, so
//! that the table of a small program is small.
//!
//! Interface: `Display` of [`Ledger`].
//!
//! Not here: the counting (`ledger.rs`).

use std::fmt;

use crate::memory::ledger::{Causes, Effects, Ledger};
use crate::words::names::Family;
use crate::words::teller::{count, seconds};

impl fmt::Display for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Causes { task, itself, timer, io, message, deferred, runtime } = self.wakes_by_cause;
        let Effects { queued, coalesced, during_poll, stale } = self.wakes_by_effect;
        row(f, "turns", self.turns, "of the loop")?;
        row(f, "polls", self.polls, &self.polls_in_words())?;
        let by = [
            (runtime, "by the runtime"),
            (task, "by another task"),
            (itself, "by itself"),
            (timer, "by a timer"),
            (io, "by a source"),
            (message, "by a message"),
            (deferred, "deferred"),
        ];
        let did = [
            (queued, "queued"),
            (coalesced, "coalesced"),
            (during_poll, "during the poll"),
            (stale, "too late"),
        ];
        row(f, "wakes", self.wakes(), &format!("{}; {}", parts(&by), parts(&did)))?;
        row(f, "parks", self.parks, &self.sleep_in_words())?;
        self.resources(f)
    }
}

impl Ledger {
    fn resources(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ends = [
            (self.tasks_finished, "finished"),
            (self.tasks_panicked, "panicked"),
            (self.tasks_cancelled, "cancelled"),
        ];
        row(f, "tasks", self.tasks_spawned, &join("spawned", &ends))?;
        row(f, "jobs", self.blocking_jobs, "for the blocking pool")?;
        row(f, "messages", self.messages, "from other threads")?;
        let timers = [(self.timers_fired, "fired"), (self.timers_cancelled, "cancelled")];
        row(f, "timers", self.timers_added, &join("added", &timers))?;
        let sources = [(self.source_tries, "tries"), (self.sources_ready, "reports of readiness")];
        row(f, "sources", self.sources_added, &join("registered", &sources))?;
        let values = [
            (self.channel_receives, "received"),
            (self.channel_waits_for_value, "waits for a value"),
            (self.channel_waits_for_room, "waits for room"),
        ];
        row(f, "values", self.channel_sends, &join("sent", &values))?;
        row(f, "locks", self.lock_takes, &join("taken", &[(self.lock_waits, "waits")]))?;
        row(f, "selects", self.selects, "ended")?;
        row(f, "lost", self.lost, "records")
    }

    /// Each task's polls, or of a crowd only the smallest and the largest number.
    fn polls_in_words(&self) -> String {
        const CROWD: usize = 6;
        let (few, crowd): (Vec<_>, Vec<_>) = self.polls_by_task.iter().partition(|(name, _)| {
            self.polls_by_task.len() <= CROWD || name.family == Family::Main
        });
        let mut words: Vec<_> =
            few.iter().map(|(name, polls)| format!("{name}: {polls}")).collect();
        let polls = || crowd.iter().map(|(_, polls)| *polls);
        if let (Some(least), Some(most)) = (polls().min(), polls().max()) {
            let (tasks, sum) = (count(crowd.len(), "task"), polls().sum::<u64>());
            words.push(format!("{tasks}: {sum} ({least} to {most} each)"));
        }
        words.join(", ")
    }

    fn sleep_in_words(&self) -> String {
        if self.advanced.is_zero() {
            return format!("asleep for {}", seconds(self.parked));
        }
        let (parked, advanced) = (seconds(self.parked), seconds(self.advanced));
        format!("asleep for {parked}, the virtual clock moved by {advanced}")
    }
}

/// A row of the table, unless there is nothing in it.
fn row(f: &mut fmt::Formatter<'_>, what: &str, number: u64, words: &str) -> fmt::Result {
    if number == 0 { Ok(()) } else { writeln!(f, "  {what:<8}{number:>6}  {words}") }
}

fn join(first: &str, rest: &[(u64, &str)]) -> String {
    let rest = parts(rest);
    if rest.is_empty() { first.to_owned() } else { format!("{first}; {rest}") }
}

fn parts(parts: &[(u64, &str)]) -> String {
    let told = parts.iter().filter(|(number, _)| *number > 0);
    told.map(|(number, what)| format!("{number} {what}")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Script, poll, spawn};
    use kettle_events::{Event, Id, Outcome};

    #[test]
    fn the_table_has_no_empty_rows() {
        let (mut script, main) = Script::begun(false);
        script.write(Event::Turn { queued: 1, tasks: 0, timers: 0, sources: 0 });
        poll(&mut script, main, Outcome::Ready);
        let table = Ledger::from_records(&script.records).to_string();
        assert_eq!(table, "  turns        1  of the loop\n  polls        1  main: 1\n");
    }

    #[test]
    fn a_crowd_is_told_together() {
        let (mut script, main) = Script::begun(false);
        poll(&mut script, main, Outcome::Ready);
        for task in (0..10).map(|_| Id::next()) {
            script.write(spawn(task));
            poll(&mut script, task, Outcome::Pending);
            poll(&mut script, task, Outcome::Ready);
        }
        let table = Ledger::from_records(&script.records).to_string();
        assert!(table.contains("main: 1, 10 tasks: 20 (2 to 2 each)"), "{table}");
    }
}
