//! Did `select!` drop a branch that had received a value?
//!
//! The branch took a value out of a channel and then waited for something else, until that wait was
//! given up because another branch had won. Since no event tells what the branch had done with the
//! value, this is a note, and no verdict. A branch that is only borrowed (`&mut future`) goes on
//! waiting, and isn't reported.
//!
//! Interface: [`Branches`]. Invariant: what a branch has received is forgotten when it sends or
//! writes something, when it receives again, and when it is over.

use std::collections::BTreeMap;

use kettle_events::{Act, Event, Id, Place, Record, SyncKind, Thing};

use super::lint::{Lint, LintKind};
use super::run::Run;

/// Of so many branches it is known what they have received.
const MOST: usize = 1_024;

/// What branches have received, by their numbers, and those that have lost in the poll that goes
/// on.
#[derive(Debug, Default)]
pub(super) struct Branches {
    got: BTreeMap<Id, Got>,
    losers: Vec<Got>,
}

#[derive(Clone, Copy, Debug)]
struct Got {
    channel: Id,
    value: u64,
    at: Option<Place>,
    /// Its wait for something else since.
    wait: Option<Id>,
}

impl Branches {
    pub(super) fn step(&mut self, run: &Run, record: &Record) -> Option<Lint> {
        match record.event {
            Event::SyncAct {
                kind: SyncKind::Mpsc | SyncKind::Broadcast,
                sync: channel,
                act: Act::Get,
                item: value,
                ..
            } => {
                let got = Got { channel, value, at: record.at.place(), wait: None };
                self.got.extend(record.scope.map(|branch| (branch, got)));
                if self.got.len() > MOST {
                    self.got.pop_first();
                }
            }
            Event::SyncAct { act: Act::Put, .. } | Event::SourceTry { bytes: Some(_), .. } => {
                record.scope.and_then(|branch| self.got.remove(&branch));
            }
            Event::Wait { wait, on, .. } => {
                let got = record.scope.and_then(|branch| self.got.get_mut(&branch));
                if let Some(got) = got {
                    let other = !matches!(on.thing(), Thing::Sync(_, id) if id == got.channel);
                    got.wait = Some(wait).filter(|_| other);
                }
            }
            Event::ScopeEnd { scope, won, .. } => {
                let over = |branch: &Id, _: &mut Got| {
                    run.fold.scopes_around(Some(*branch)).next().is_none()
                };
                let over = self.got.extract_if(scope.., over);
                let winner = won.map(|won| scope.get() + 1 + u64::from(won));
                let lost = over.filter(|(branch, _)| winner.is_some_and(|id| id != branch.get()));
                self.losers.extend(lost.map(|(_, got)| got));
            }
            Event::PollEnd { .. } => self.losers.clear(),
            Event::Done { wait, got: false, .. } => {
                let index = self.losers.iter().position(|got| got.wait == Some(wait))?;
                return Some(lost(run, self.losers.swap_remove(index), record));
            }
            _ => {}
        }
        None
    }

    /// How many entries it keeps.
    pub(super) fn len(&self) -> usize {
        self.got.len() + self.losers.len()
    }
}

fn lost(run: &Run, got: Got, record: &Record) -> Lint {
    let (value, channel) = (got.value, run.thing(got.channel));
    let text = format!(
        "a branch of a `select!` was dropped after it had received value {value} of {channel}"
    );
    Lint::new(LintKind::LostValue, record.task.map(|task| run.name(task)), text, record.seq)
        .spot(got.at, "the branch received the value here, and then had to wait")
        .note("what the branch did with the value isn't recorded")
        .help(
            "let only `recv` race, and use the value in the branch's handler: `value = rx.recv() \
             => { … }`. Or make the future before the loop and let `select!` poll `&mut future`: \
             then it goes on in the next round",
        )
}
