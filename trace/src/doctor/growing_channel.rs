//! Does a channel without a limit grow and grow?
//!
//! A hint, and no proof: perhaps its receiver will come to it. It is given only where hints were asked for,
//! for a channel that holds more than [`MANY`] values and was found longer each time in [`TIMES`] looks,
//! [`PAUSE`] apart.
//!
//! Invariant: only channels with more than [`FEW`] values are remembered.

use std::collections::BTreeMap;
use std::time::Duration;

use kettle_events::{Act, Event, Id, Record, SyncKind};

use super::lint::{Lint, LintKind};
use super::run::Run;
use crate::words::teller::count;

/// A channel that holds so few is not looked at.
const FEW: usize = 500;
/// So many values are no accident.
const MANY: usize = 5_000;
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(250);
/// So many looks one after the other found it longer.
const TIMES: u32 = 4;

/// The long ones.
#[derive(Debug, Default)]
pub(super) struct Long(BTreeMap<Id, Look>);

#[derive(Clone, Copy, Debug)]
struct Look {
    at: Duration,
    values: usize,
    grown: u32,
    /// The task that had sent last, if it was the same at each look.
    sender: Option<Id>,
}

impl Long {
    pub(super) fn see(&mut self, run: &Run, record: &Record) -> Option<Lint> {
        let Event::SyncAct { kind: SyncKind::Mpsc, sync, act, count: values, .. } = record.event
        else {
            return None;
        };
        if values < FEW || matches!(act, Act::Close | Act::End) {
            self.0.remove(&sync);
            return None;
        }
        let sender = run.fold.primitive(sync).and_then(|known| known.sender);
        let new = Look { at: record.real, values, grown: 0, sender };
        let look = self.0.entry(sync).or_insert(new);
        if record.real.saturating_sub(look.at) < PAUSE {
            return None;
        }
        let grown = if values > look.values { look.grown + 1 } else { 0 };
        let sender = sender.filter(|_| grown == 0 || look.sender == sender);
        *look = Look { grown, sender, ..new };
        let found = (grown >= TIMES && values >= MANY).then_some((values, sender))?;
        lint(run, sync, found, record.seq)
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}

fn lint(run: &Run, sync: Id, (values, sender): (usize, Option<Id>), after: u64) -> Option<Lint> {
    let known = run.fold.primitive(sync).filter(|known| known.room.is_none())?;
    let (name, values) = (run.thing(sync), count(values, "value"));
    let text = format!("{name} has no limit and has grown for a second: {values} are in it");
    // With a limit, senders would wait for a receiver that never comes. (What another thread receives is on no record.)
    let (why, cure) = if known.receiver.is_none() {
        (
            "no task has received a value from it. If that goes on, the program runs out of memory",
            "receive while other tasks send, in a task of its own; if another thread receives, and is slower, use \
             `mpsc::channel(n)`. If no task is to receive the values, send none. If they are worked off later, it is right",
        )
    } else if known.receiver == sender {
        (
            "the task that receives from it also sends into it. If it goes on growing, the program runs out of memory",
            "send fewer values than are received, for example by keeping a set of those that have been sent. With a \
             limit, that task would wait for itself. If this is a burst that is worked off later, it is right",
        )
    } else {
        (
            "values come faster than they are received, and nothing holds the senders up. If that \
             goes on, the program runs out of memory",
            "use `mpsc::channel(n)`: `send(…).await` waits while it is full, so the senders go no \
             faster than the receiver. If this is a burst that is worked off later, it is right",
        )
    };
    let lint = Lint::new(LintKind::GrowingChannel, None, text, after);
    Some(lint.spot(known.made, format!("{name} was made here")).note(why).help(cure))
}

#[cfg(test)]
mod tests {
    use kettle_events::Units;

    use super::*;
    use crate::fixture::{Script, place, spawn};

    /// Its receiver puts one value back now and then. Is it alone?
    #[test]
    fn one_sender_of_many_is_not_told_of_alone() {
        for (senders, alone) in [(1, true), (3, false)] {
            let tasks: Vec<Id> = (0..senders).map(|_| Id::next()).collect();
            let (kind, sync, units) = (SyncKind::Mpsc, Id::next(), Units::Count(1));
            let mut script = Script::new();
            for task in &tasks {
                script.write(spawn(*task));
            }
            script.write(Event::SyncNew { kind, sync, room: None, count: 0, at: place() });
            let mut count = 0;
            let does = |act, count| Event::SyncAct {
                kind,
                sync,
                act,
                units,
                count,
                item: 0,
                with: 0,
                owned: false,
            };
            for (round, sender) in (0..7).zip(tasks.iter().copied().cycle()) {
                script.at(round * 300);
                for _ in 0..1_000 {
                    count += 1;
                    script.task(sender).write(does(Act::Put, count));
                }
                count -= 1;
                script.task(tasks[0]).write(does(Act::Get, count));
            }
            let (mut long, mut run) = (Long::default(), Run::new(false));
            let mut found = Vec::new();
            for record in &script.records {
                run.step(record);
                found.extend(long.see(&run, record));
            }
            let told =
                |lint: &Lint| lint.notes.iter().any(|note| note.contains("also sends into it"));
            assert!(!found.is_empty());
            assert!(found.iter().all(|lint| told(lint) == alone), "{found:#?}");
        }
    }
}
