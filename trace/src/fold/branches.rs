//! What does each branch of a `select!` wait for?
//!
//! A [`Select`] is told from poll to poll, unlike a round (`select.rs`): how often each branch was asked
//! so far, what it waits for since, and what was dropped with the losers. The branch that is being asked
//! is what runs between two events of its `select!`, so a wait in between belongs to the branch that the
//! next of these events names. If a branch holds a `select!` itself, it waits for what that waits for.
//!
//! Invariant: [`Selects::shown`] is the one that the last of their events was about.

use kettle_events::{Place, Record, Resource, fields};
use serde::Serialize;

use super::select::Round;
use super::task::Task;
use super::waiting::Spot;
use crate::words::took::Part;

/// The `select!`s of a task.
#[derive(Clone, Debug, Default)]
pub(super) struct Selects {
    all: Vec<Select>,
    /// Which of them each round of the task's last poll is of.
    rounds: Vec<u64>,
}

#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Select {
    /// The event with which it began.
    begun: u64,
    /// The last of the task's polls in which it was asked.
    #[serde(skip)]
    poll: u64,
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
#[derive(Clone, Debug, Default, Serialize)]
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

#[derive(Clone, Copy, Debug, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum BranchState {
    #[default]
    New,
    Waiting,
    Ready,
    Won,
    Dropped,
}

/// More branches than `select!` takes are not believed.
const MOST: u32 = 64;

impl Selects {
    pub(super) fn shown(&self) -> Option<&Select> {
        self.all.iter().find(|one| self.rounds.last() == Some(&one.begun))
    }

    fn of_round(&mut self, nth: Option<usize>) -> Option<&mut Select> {
        let begun = self.rounds.get(nth?)?;
        self.all.iter_mut().find(|one| one.begun == *begun)
    }

    /// The last of the task's rounds has begun. It is of one that is at this place, that nothing has won and
    /// that had no round in this poll yet; else of a new one.
    pub(super) fn start(&mut self, task: &Task, branches: u32, record: &Record) {
        self.rounds.truncate(task.rounds.len() - 1);
        let (at, branches) = (record.at.place(), branches.min(MOST) as usize);
        self.all.retain(|one| one.won.is_none() && one.poll + 1 >= task.polls);
        let is = |one: &Select| (one.at, one.branches.len()) == (at, branches);
        let known = self.all.iter().rposition(|one| is(one) && !self.rounds.contains(&one.begun));
        let nth = known.unwrap_or_else(|| {
            let branches = vec![Branch::default(); branches];
            self.all.push(Select { begun: record.seq, at, branches, ..Select::default() });
            self.all.len() - 1
        });
        let one = &mut self.all[nth];
        (one.poll, one.fresh, one.fresh_at) = (task.polls, Vec::new(), None);
        self.rounds.push(one.begun);
    }

    /// The last of these rounds has asked this branch, and those within that one are over.
    pub(super) fn ask(&mut self, rounds: &[Round], branch: u32, ready: bool, took: Vec<Part>) {
        let over = self.rounds.split_off(rounds.len().min(self.rounds.len()));
        let within = self.all.iter().filter(|one| over.contains(&one.begun) && one.won.is_none());
        let within = within.flat_map(|one| &one.branches);
        let waits: Vec<Resource> = within.flat_map(|branch| branch.waits.clone()).collect();
        if let Some(one) = self.of_round(self.rounds.len().checked_sub(1)) {
            one.fresh.extend(waits);
            one.ask(branch, ready, took);
        }
    }

    /// The branch that is being asked waits for this.
    pub(super) fn waits(&mut self, rounds: &[Round], on: Resource, at: Option<Place>) {
        if let Some(one) = self.of_round(rounds.iter().rposition(Round::is_open)) {
            one.fresh.push(on);
            one.fresh_at = one.fresh_at.or(at);
        }
    }

    /// Where the others waited.
    pub(super) fn win(&mut self, winner: u32) -> Vec<Spot> {
        self.of_round(self.rounds.len().checked_sub(1)).map_or_else(Vec::new, |one| one.win(winner))
    }
}

impl Select {
    fn ask(&mut self, branch: u32, ready: bool, took: Vec<Part>) {
        let (fresh, at) = (std::mem::take(&mut self.fresh), self.fresh_at.take());
        let Some(branch) = self.branches.get_mut(branch as usize) else { return };
        branch.state = if ready { BranchState::Ready } else { BranchState::Waiting };
        branch.polls += 1;
        branch.waits = if ready { Vec::new() } else { fresh };
        branch.at = branch.at.or(at);
        branch.took = took;
    }

    fn win(&mut self, winner: u32) -> Vec<Spot> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Script;
    use crate::fold::Fold;
    use kettle_events::{Cause, Effect, Event, Id, Outcome, SyncKind};

    #[test]
    fn what_the_losers_of_a_select_waited_for_is_not_waited_for() {
        let ((mut script, main), sync) = (Script::begun(true), Id::next());
        let on = Resource::SyncValue(SyncKind::Mpsc, sync);
        script.write(Event::Wake {
            task: main,
            by: Cause::Runtime,
            effect: Effect::Queued(1),
            wait: None,
        });
        script.task(main).write(Event::PollStart { task: main });
        script.write(Event::SelectStart { branches: 2, first: 0 });
        script.write(crate::fixture::waits(on));
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
        let end = Event::PollEnd { task: main, outcome: Outcome::Pending, wakers: 1, handles: 0 };
        assert_eq!(waiting(script.write(end)), (0, 0), "though its waker is still there");
    }

    #[test]
    fn a_branch_waits_for_what_a_select_within_it_waits_for() {
        let ((mut script, task), sync) = (Script::begun(true), Id::next());
        let on = Resource::SyncValue(SyncKind::Mpsc, sync);
        script.write(Event::Wake {
            task,
            by: Cause::Runtime,
            effect: Effect::Queued(1),
            wait: None,
        });
        let asked = |branch| Event::SelectPoll { branch, ready: false };
        script.task(task).write(Event::PollStart { task });
        script.write(Event::SelectStart { branches: 2, first: 0 }).write(asked(0));
        script.write(Event::SelectStart { branches: 2, first: 1 }).write(asked(1));
        script.write(crate::fixture::waits(on)).write(asked(0));
        let told = |script: &Script| {
            let mut fold = Fold::keeping();
            script.records.iter().for_each(|record| fold.step(record));
            let branches = &fold.shown_select(task).expect("one").branches;
            branches.iter().map(|one| (one.polls, one.waits.len())).collect::<Vec<_>>()
        };
        assert_eq!(told(&script), [(1, 1), (1, 0)], "the inner one's");
        assert_eq!(told(script.write(asked(1))), [(1, 0), (1, 1)], "the outer one's");
    }
}
