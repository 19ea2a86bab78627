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
        let new = Look { at: record.real, values, grown: 0 };
        let look = self.0.entry(sync).or_insert(new);
        if record.real.saturating_sub(look.at) < PAUSE {
            return None;
        }
        let grown = if values > look.values { look.grown + 1 } else { 0 };
        *look = Look { grown, ..new };
        (grown >= TIMES && values >= MANY).then(|| lint(run, sync, values, record.seq)).flatten()
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}

fn lint(run: &Run, sync: Id, values: usize, after: u64) -> Option<Lint> {
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
    } else if known.receiver == known.sender {
        (
            "the task that receives from it also sends into it, and more than it receives. If that goes on, the program \
             runs out of memory",
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
