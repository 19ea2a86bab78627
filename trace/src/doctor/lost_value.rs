//! Did `select!` drop a branch that had received a value?
//!
//! The branch took a value out of a channel, came to wait for something else, and that wait was given up when another
//! branch had won. What the branch had done with the value isn't recorded: so this is a note, and no verdict. A branch
//! that is only borrowed (`&mut future`) goes on waiting, and nothing is said of it.
//!
//! Interface: [`Branches`]. Invariant: what a branch has received is forgotten when it sends or writes something, when it
//! receives again, and when it is over.

use std::collections::BTreeMap;

use kettle_events::{Act, Event, Id, Place, Record, Resource, ScopeKind, SyncKind, Thing};

use super::lint::{Lint, LintKind};
use super::run::Run;

/// Of so many branches it is known what they have received.
const MOST: usize = 1_024;

/// What branches have received, and those that have lost in the poll that goes on.
#[derive(Debug, Default)]
pub(super) struct Branches {
    /// How many branches each open `select!` has. Their numbers come after its own.
    open: BTreeMap<u64, u32>,
    /// By the branch's number.
    got: BTreeMap<u64, Got>,
    losers: Vec<Got>,
}

#[derive(Clone, Copy, Debug)]
struct Got {
    channel: Id,
    value: u64,
    at: Option<Place>,
    /// What it waits for since.
    waits: Option<Thing>,
}

impl Branches {
    pub(super) fn see(&mut self, run: &Run, record: &Record) -> Option<Lint> {
        let scope = record.scope.map(Id::get);
        match record.event {
            Event::SyncAct {
                kind: SyncKind::Mpsc | SyncKind::Broadcast,
                sync,
                act: Act::Get,
                item,
                ..
            } => {
                let got = Got { channel: sync, value: item, at: record.at.place(), waits: None };
                self.got.extend(scope.map(|scope| (scope, got)));
                if self.got.len() > MOST {
                    self.got.pop_first();
                }
            }
            Event::SyncAct { act: Act::Put, .. } | Event::SourceTry { bytes: Some(_), .. } => {
                scope.and_then(|scope| self.got.remove(&scope));
            }
            Event::Wait { on, .. } => {
                let got = scope.and_then(|scope| self.got.get_mut(&scope));
                if let Some(got) = got {
                    got.waits = Some(on.thing());
                }
            }
            Event::Scope { scope, what: ScopeKind::Select, branches } => {
                self.open.insert(scope.get(), branches);
            }
            Event::ScopeEnd { scope, won, .. } => {
                let first = scope.get() + 1;
                let branches = self.open.remove(&scope.get()).unwrap_or_default();
                for branch in 0..branches {
                    let got = self.got.remove(&(first + u64::from(branch)));
                    self.losers.extend(got.filter(|_| won.is_some_and(|won| won != branch)));
                }
            }
            Event::PollEnd { .. } => self.losers.clear(),
            Event::TimerCancel { timer } => return self.gives_up(run, Thing::Timer(timer), record),
            Event::Done {
                on: on @ (Resource::Sync(..) | Resource::Timer(_)), got: false, ..
            } => {
                return self.gives_up(run, on.thing(), record);
            }
            _ => {}
        }
        None
    }

    /// A wait is given up. Was it that of a loser, for something else than its channel?
    fn gives_up(&mut self, run: &Run, thing: Thing, record: &Record) -> Option<Lint> {
        let index = self.losers.iter().position(|got| got.waits == Some(thing))?;
        let Got { channel, value, at, .. } = self.losers.swap_remove(index);
        if matches!(thing, Thing::Sync(_, id) if id == channel) {
            return None;
        }
        let (name, channel) = (run.name(record.task?), run.thing(channel));
        let text = format!(
            "a branch of a `select!` was dropped after it had received value {value} of {channel}"
        );
        Some(
            Lint::new(LintKind::LostValue, Some(name), text, record.seq)
                .spot(at, "the branch received the value here, and then had to wait")
                .note("what the branch did with the value isn't recorded")
                .help(
                    "let only `recv` race, and use the value in the branch's handler: `value = rx.recv() => { … }`. Or make the \
                     future before the loop and let `select!` poll `&mut future`: then it goes on in the next round",
                ),
        )
    }

    /// How many entries it keeps.
    pub(super) fn len(&self) -> usize {
        self.open.len() + self.got.len() + self.losers.len()
    }
}
