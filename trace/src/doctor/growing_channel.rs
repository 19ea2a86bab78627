//! Does a channel without a limit grow and grow?
//!
//! A hint, and no proof, since its receiver may still come to it. The channel holds [`MANY`] values
//! or more, and has taken longer than [`LONG`] to double their number without having been half as
//! long in between.
//!
//! Interface: [`Long`]. Invariant: only channels with more than [`FEW`] values are remembered.

use std::collections::BTreeMap;
use std::time::Duration;

use kettle_events::{Act, Event, Id, Record, SyncKind};

use super::lint::{Lint, LintKind};
use super::run::Run;
use crate::words::teller::count;

/// A channel that holds so few is not looked at.
const FEW: usize = 2_500;
/// So many values aren't an accident.
const MANY: usize = 2 * FEW;
const LONG: Duration = Duration::from_millis(500);

/// The long ones: how many values each had when it was looked at last, and when.
#[derive(Debug, Default)]
pub(super) struct Long(BTreeMap<Id, (usize, Duration)>);

impl Long {
    pub(super) fn step(&mut self, run: &Run, record: &Record) -> Option<Lint> {
        let Event::SyncAct { kind: SyncKind::Mpsc, sync, count: values, act, .. } = record.event
        else {
            return None;
        };
        if values < FEW || matches!(act, Act::Close | Act::End) {
            self.0.remove(&sync);
            return None;
        }
        let (before, at) = *self.0.entry(sync).or_insert((values, record.real));
        if values < 2 * before && 2 * values >= before {
            return None;
        }
        self.0.insert(sync, (values, record.real));
        let grows = values > before && values >= MANY && record.real.saturating_sub(at) >= LONG;
        let known = run.fold.primitive(sync).filter(|known| grows && known.room.is_none())?;
        let (name, values) = (run.thing(sync), count(values, "value"));
        let text = format!("{name} has no limit and goes on growing: {values} are in it");
        Some(
            Lint::new(LintKind::GrowingChannel, None, text, record.seq)
                .spot(known.made, format!("{name} was made here"))
                .note(
                    "nothing makes its senders wait. If it goes on growing, the program runs out of \
                     memory",
                )
                .help(
                    "use `mpsc::channel(n)`: `send(…).await` waits while it is full, so the \
                     senders go no faster than the receiver. If this is a burst that is worked off \
                     later, it is right",
                ),
        )
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}
