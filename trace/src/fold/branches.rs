//! What does each branch of a `select!` wait for?
//!
//! A [`Select`] is told from poll to poll, unlike a round (`select.rs`): how often each branch was asked
//! so far, what it waits for since, and what was dropped with the losers. The branch that is being asked
//! is what runs between two events of its `select!`, so a wait in between belongs to the branch that the
//! next of these events names.
//!
//! Invariant: of a `select!` inside another one only the inner is known, until it is over.

use kettle_events::{Place, Resource, fields};
use serde::Serialize;

use super::waiting::Spot;
use crate::words::took::Part;

/// The `select!` that a task began last.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Select {
    /// Where it is awaited.
    #[serde(serialize_with = "fields::place")]
    pub(crate) at: Option<Place>,
    pub(crate) branches: Vec<Branch>,
    /// The branch that won.
    pub(crate) won: Option<u32>,
    /// What the branch that is being asked waits for, and where.
    #[serde(skip)]
    fresh: Vec<Resource>,
    #[serde(skip)]
    fresh_at: Option<Place>,
}

/// A branch of it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Branch {
    pub(crate) state: BranchState,
    /// How often it was asked.
    pub(crate) polls: u64,
    /// Where it waits.
    #[serde(serialize_with = "fields::place")]
    pub(crate) at: Option<Place>,
    /// For what; of a loser, for what it waited when it was dropped.
    pub(crate) waits: Vec<Resource>,
    /// What it has taken in, and not passed on.
    pub(crate) took: Vec<Part>,
}

#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum BranchState {
    New,
    Waiting,
    Ready,
    Won,
    Dropped,
}

/// More branches than `select!` takes are not believed.
const MOST: u32 = 64;

impl Select {
    /// Another round begins; if nothing has won and it has as many branches, it is of the same `select!`.
    pub(super) fn start(&mut self, branches: u32, at: Option<Place>) {
        if self.won.is_some() || self.branches.len() != branches.min(MOST) as usize {
            let branches = (0..branches.min(MOST)).map(|_| Branch::new()).collect();
            *self = Select { branches, ..Select::default() };
        }
        self.at = at.or(self.at);
        self.fresh.clear();
        self.fresh_at = None;
    }

    pub(super) fn ask(&mut self, branch: u32, ready: bool, took: Vec<Part>) {
        let (fresh, at) = (std::mem::take(&mut self.fresh), self.fresh_at.take());
        let Some(branch) = self.branches.get_mut(branch as usize) else { return };
        branch.state = if ready { BranchState::Ready } else { BranchState::Waiting };
        branch.polls += 1;
        branch.waits = if ready { Vec::new() } else { fresh };
        branch.at = branch.at.or(at);
        branch.took = took;
    }

    /// The branch that is being asked waits for this.
    pub(super) fn waits(&mut self, on: Resource, at: Option<Place>) {
        if self.won.is_none() {
            self.fresh.push(on);
            self.fresh_at = self.fresh_at.or(at);
        }
    }

    /// Where the others waited.
    pub(super) fn win(&mut self, winner: u32) -> Vec<Spot> {
        let mut lost = Vec::new();
        self.won = Some(winner);
        for (number, branch) in self.branches.iter_mut().enumerate() {
            if number == winner as usize {
                branch.state = BranchState::Won;
                branch.waits.clear();
            } else if !matches!(branch.state, BranchState::Ready) {
                branch.state = BranchState::Dropped; // (else it was over: its value didn't fit)
            }
            lost.extend(branch.waits.iter().filter_map(|on| Spot::of(*on)));
        }
        lost
    }
}

impl Branch {
    fn new() -> Branch {
        let (waits, took) = (Vec::new(), Vec::new());
        Branch { state: BranchState::New, polls: 0, at: None, waits, took }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Script, spawn_main};
    use crate::fold::Fold;
    use kettle_events::{Cause, Effect, Event, Id, Replaced, SyncKind};

    #[test]
    fn what_the_losers_of_a_select_waited_for_is_not_waited_for() {
        let (main, sync) = (Id::next(), Id::next());
        let on = Resource::SyncValue(SyncKind::Mpsc, sync);
        let mut script = Script::new();
        script.write(Event::RunStart { paused: true }).write(spawn_main(main));
        script.write(Event::Wake { task: main, by: Cause::Runtime, effect: Effect::Queued(1) });
        script.task(main).write(Event::PollStart { task: main });
        script.write(Event::SelectStart { branches: 2, first: 0 });
        script.write(Event::Wait { on, replaced: Replaced::None });
        script.write(Event::SelectPoll { branch: 0, ready: false });
        script.write(Event::SelectPoll { branch: 1, ready: true });
        let waiting = |script: &Script| {
            let mut fold = Fold::keeping();
            script.records.iter().for_each(|record| fold.step(record));
            let box_of = fold.shown_primitive(sync).expect("the channel").value_waiting.len();
            (fold.shown_task(main).expect("main").waits.len(), box_of)
        };
        assert_eq!(waiting(&script), (1, 1));
        assert_eq!(waiting(script.write(Event::SelectWin { branch: 1 })), (0, 0));
    }
}
