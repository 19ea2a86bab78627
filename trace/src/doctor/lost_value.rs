//! Did `select!` drop a branch that had received a value?
//!
//! The branch took a value out of a channel, came to wait for something else with it, and was dropped there,
//! because another branch won. If the program then receives from that channel again, the value is missing
//! in what it receives. Whether the branch had put the value elsewhere before is not told: so this is a
//! warning.
//!
//! Events between two of a `select!` belong to the branch that the later one names. A branch that is only
//! borrowed (`&mut future`) keeps its place in the timer wheel or in the line when it loses: of those it
//! is silent.
//!
//! Invariant: of a `select!` inside another one only the inner is known, until it is over.

use std::collections::BTreeMap;

use kettle_events::{Act, Event, Id, Outcome, Place, Record, Resource, SyncKind};

use super::lint::{Lint, LintKind};
use super::run::Run;

/// From so many channels a value may be missing.
const MOST: usize = 64;

/// The tasks with a `select!`, and what their dropped branches have taken.
#[derive(Debug, Default)]
pub(super) struct Branches {
    races: BTreeMap<Id, Race>,
    /// Taken out of this channel by a branch that was dropped, and where.
    lost: BTreeMap<Id, Lost>,
}

/// The `select!` that a task began last.
#[derive(Debug, Default)]
struct Race {
    branches: Vec<Branch>,
    /// What the branch that is being asked does.
    now: Branch,
    /// What has lost, until the poll is over: the thing that it waits for goes when it is dropped.
    losers: Vec<(Vec<Resource>, Taken)>,
}

#[derive(Clone, Debug, Default)]
struct Branch {
    taken: Option<Taken>,
    waits: Vec<Resource>,
}

/// A value that a branch has.
#[derive(Clone, Copy, Debug)]
struct Taken {
    from: Id,
    at: Option<Place>,
}

/// A value that went with its branch.
#[derive(Clone, Copy, Debug)]
struct Lost {
    by: Id,
    taken: Taken,
}

impl Branches {
    pub(super) fn see(&mut self, run: &Run, record: &Record) -> Option<Lint> {
        let task = record.task?;
        match record.event {
            Event::SelectStart { branches, .. } => {
                let race = self.races.entry(task).or_default();
                if race.branches.len() != branches as usize {
                    *race = Race {
                        branches: vec![Branch::default(); branches as usize],
                        ..Race::default()
                    };
                }
                race.now = Branch::default();
            }
            Event::PollEnd { outcome, .. } => {
                if outcome != Outcome::Pending {
                    self.races.remove(&task);
                } else if let Some(race) = self.races.get_mut(&task) {
                    race.losers.clear();
                }
            }
            Event::SyncAct { kind: SyncKind::Mpsc, sync, act: Act::Get, .. } => {
                if let Some(race) = self.races.get_mut(&task) {
                    race.now.taken = Some(Taken { from: sync, at: record.at });
                }
                let lost = self.lost.remove(&sync).filter(|lost| lost.by == task)?;
                return Some(lint(run, lost, record.seq));
            }
            Event::Wait { on, .. } => {
                if let Some(race) = self.races.get_mut(&task) {
                    race.now.waits.push(on);
                }
            }
            _ => self.of_a_race(task, record),
        }
        None
    }

    fn of_a_race(&mut self, task: Id, record: &Record) {
        let Some(race) = self.races.get_mut(&task) else { return };
        let gone = match record.event {
            Event::SelectPoll { branch, .. } => {
                let now = std::mem::take(&mut race.now);
                if let Some(branch) = race.branches.get_mut(branch as usize) {
                    branch.taken = now.taken.or(branch.taken);
                    // A waker that is stored already is not told of again.
                    if !now.waits.is_empty() {
                        branch.waits = now.waits;
                    }
                }
                return;
            }
            Event::SelectWin { branch: winner } => {
                let branches = std::mem::take(&mut race.branches);
                let losers =
                    branches.into_iter().enumerate().filter(|(n, _)| *n != winner as usize);
                // One that waits for the next value has used the last one.
                let next = |on: &Resource, from| matches!(on, Resource::SyncValue(_, sync) if *sync == from);
                let kept = losers.filter_map(|(_, Branch { taken, waits })| Some((waits, taken?)));
                race.losers = kept
                    .filter(|(waits, taken)| !waits.iter().any(|on| next(on, taken.from)))
                    .collect();
                return;
            }
            Event::TimerCancel { timer } => Resource::Timer(timer),
            Event::Unwait { on } => on,
            _ => return,
        };
        if let Some((_, taken)) =
            race.losers.iter().find(|(waits, _)| waits.iter().any(|on| on.thing() == gone.thing()))
        {
            self.lost.insert(taken.from, Lost { by: task, taken: *taken });
            if self.lost.len() > MOST {
                self.lost.pop_first();
            }
        }
    }

    pub(super) fn len(&self) -> usize {
        self.races.len() + self.lost.len()
    }
}

fn lint(run: &Run, Lost { by, taken }: Lost, after: u64) -> Lint {
    let (name, channel) = (run.name(by), run.thing(taken.from));
    let text = format!("`select!` dropped a branch that had received a value from {channel}");
    let lint = Lint::new(LintKind::LostValue, Some(name), text, after)
        .spot(taken.at, "the branch received the value here, and then had to wait")
        .note(format!(
            "another branch won meanwhile. If the dropped one had not put the value elsewhere, it is lost: \
             {name} receives from {channel} again, and gets the next one"
        ))
        .help(
            "let only `recv` race, and use the value in the branch's handler: `value = rx.recv() => { … }`. \
             Or make the future before the loop and let `select!` poll `&mut future`: then it goes on in \
             the next round",
        );
    match run.fold.task(by) {
        Some(task) => run.birth(lint, task),
        None => lint,
    }
}
