//! Did `select!` drop a branch that had received a value?
//!
//! The branch took a value out of a channel, came to wait for something else with it, and was dropped there,
//! because another branch won. If the program then receives from that channel again, the value is missing
//! in what it receives. Whether the branch had put the value elsewhere can't always be seen: so this is a
//! warning.
//!
//! If the source shows that the value was used up before that wait, nothing is said.
//! If the next branch of the same number goes on without asking the channel, it has found the value where the
//! dropped one had put it (`self.parked`), and nothing is said.
//!
//! What a branch has taken, and not sent, written or spawned since, is known from `words/took.rs`. A branch
//! that is only borrowed (`&mut future`) keeps its place in the timer wheel or in the line when it loses: of
//! those it is silent. An `Interval` keeps its timer, too: so if the branch's successor asks the channel while that timer
//! has not fired, it is a new future.

use std::collections::BTreeMap;
use std::time::Duration;

use kettle_events::{Act, Event, Id, Outcome, Record, Resource, SyncKind, Thing};

use super::given::is_for_now;
use super::lint::{Lint, LintKind};
use super::run::Run;
use crate::words::took::{Part, Took};

/// From so many channels a value may be missing.
const MOST: usize = 64;

/// What the branches of each `select!` have taken, and what went with those that were dropped.
#[derive(Debug, Default)]
pub(super) struct Branches {
    took: Took,
    /// The branches that have lost in the poll that goes on, by task: what one of them waits for goes when
    /// it is dropped.
    losers: BTreeMap<Id, Vec<Loser>>,
    /// Those of earlier polls that wait for a timer which is still there.
    timed: BTreeMap<Id, Vec<Loser>>,
    /// Taken out of this channel by a branch of this task that was dropped. (Of a broadcast, each task gets all.)
    lost: BTreeMap<(Id, Id), Lost>,
}

/// What a branch had when another one won.
#[derive(Debug)]
struct Loser {
    /// Its number.
    branch: usize,
    waits: Vec<Resource>,
    values: Vec<(Id, Part)>,
    /// The timer for which it waits, and when that is due.
    timer: Option<(Id, Duration)>,
}

/// A value that went with its branch.
#[derive(Clone, Copy, Debug)]
struct Lost {
    by: Id,
    branch: usize,
    from: Id,
    taken: Part,
}

impl Branches {
    pub(super) fn see(&mut self, run: &Run, record: &Record) -> Option<Lint> {
        self.took.step(record);
        let task = record.task?;
        match record.event {
            Event::SelectPoll { branch, .. } => {
                let lost = self.one_was_asked(run, task, branch as usize)?;
                return lint(run, lost, record.seq);
            }
            Event::SelectWin { branch } => self.one_won(run, task, branch as usize),
            Event::PollEnd { outcome, .. } => {
                let losers = self.losers.remove(&task).unwrap_or_default();
                let timed: Vec<_> = losers.into_iter().filter(|it| it.timer.is_some()).collect();
                if outcome != Outcome::Pending {
                    self.timed.remove(&task);
                } else if !timed.is_empty() {
                    self.timed.insert(task, timed);
                }
            }
            Event::TimerCancel { timer } => self.goes(task, Thing::Timer(timer)),
            Event::Done { on, got: false, .. } => self.goes(task, on.thing()),
            Event::SyncAct { kind, sync, act: Act::Put, .. } if has_values(kind) => {
                self.puts_back(task, sync);
            }
            Event::SyncAct { kind, sync, act: Act::Get, .. } if has_values(kind) => {
                let lost = self.lost.remove(&(sync, task))?;
                return lint(run, lost, record.seq);
            }
            _ => {}
        }
        None
    }

    fn one_won(&mut self, run: &Run, task: Id, winner: usize) {
        let branches = self.took.race(task).iter().zip(self.took.waits(task)).enumerate();
        let losers = branches.filter(|(number, _)| *number != winner);
        let timer = |loser: Loser| Loser { timer: timer_of(run, &loser.waits), ..loser };
        let losers =
            losers.filter_map(|(number, (parts, waits))| loser(number, parts, waits).map(timer));
        let kept: Vec<Loser> = losers.collect();
        if !kept.is_empty() {
            self.losers.entry(task).or_default().extend(kept);
        }
    }

    /// Does it go on where a dropped one stopped, without asking the channel? Then that one's value was kept.
    fn one_was_asked(&mut self, run: &Run, task: Id, branch: usize) -> Option<Lost> {
        let waits = self.took.waits(task).get(branch)?;
        let asks = |channel: Id| waits.iter().any(|on| value_of(on) == Some(channel));
        self.lost.retain(|(channel, _), lost| {
            (lost.by, lost.branch) != (task, branch) || asks(*channel)
        });
        let parts = self.took.race(task).get(branch);
        let again = parts.and_then(|parts| loser(branch, parts, waits));
        let received = again.map(|again| again.values).unwrap_or_default();
        let mut found = None;
        for of in [&mut self.losers, &mut self.timed] {
            let Some(losers) = of.get_mut(&task) else { continue };
            let Some(index) =
                losers.iter().position(|it| it.branch == branch && it.timer.is_some())
            else {
                continue;
            };
            let gone = losers.remove(index);
            let due = |(id, due): &(Id, Duration)| {
                run.fold.timer(*id).is_some_and(|timer| timer.due == *due)
            };
            for (from, taken) in gone.values.into_iter().filter(|_| gone.timer.iter().all(due)) {
                let lost = Lost { by: task, branch, from, taken };
                if received.iter().any(|(other, _)| *other == from) {
                    found = Some(lost);
                } else if asks(from) {
                    self.lost.insert((from, task), lost);
                }
            }
        }
        found
    }

    /// A wait of this task ends. Was it that of a loser?
    fn goes(&mut self, task: Id, gone: Thing) {
        let Some(losers) = self.losers.get(&task) else { return };
        let is_its = |loser: &&Loser| loser.waits.iter().any(|on| on.thing() == gone);
        let Some(loser) = losers.iter().find(is_its) else { return };
        for &(from, taken) in &loser.values {
            let branch = loser.branch;
            self.lost.insert((from, task), Lost { by: task, branch, from, taken });
            if self.lost.len() > MOST {
                self.lost.pop_first();
            }
        }
    }

    /// What is sent into the channel from which the value came may be that value: a dropped branch can have put it
    /// back (by `Drop`), before its wait ended or after.
    fn puts_back(&mut self, task: Id, channel: Id) {
        self.lost.remove(&(channel, task));
        let losers = [&mut self.losers, &mut self.timed].map(|of| of.get_mut(&task));
        for loser in losers.into_iter().flatten().flatten() {
            loser.values.retain(|(from, _)| *from != channel);
        }
    }

    /// How many entries it keeps.
    pub(super) fn len(&self) -> usize {
        let losers = self.losers.values().chain(self.timed.values()).flatten();
        let losers: usize = losers.map(|loser| loser.waits.len() + loser.values.len()).sum();
        self.took.len() + losers + self.lost.len()
    }
}

/// The timer among these, and when it is due.
fn timer_of(run: &Run, waits: &[Resource]) -> Option<(Id, Duration)> {
    waits.iter().find_map(|on| match *on {
        Resource::Timer(timer) => Some((timer, run.fold.timer(timer)?.due)),
        _ => None,
    })
}

/// A branch that has values of channels, and waits for something else.
fn loser(branch: usize, parts: &[Part], waits: &[Resource]) -> Option<Loser> {
    let value = |part: &Part| match part.from {
        Thing::Sync(kind, channel) if has_values(kind) => Some((channel, *part)),
        _ => None,
    };
    let values: Vec<_> = parts.iter().filter_map(value).collect();
    // One that waits for the next value has used the last one, and what came with it.
    let next = |on: &Resource| {
        value_of(on).is_some_and(|sync| values.iter().any(|(channel, _)| *channel == sync))
    };
    let has_some = !values.is_empty() && !waits.iter().any(next);
    has_some.then(|| Loser { branch, waits: waits.to_vec(), values, timer: None })
}

fn has_values(kind: SyncKind) -> bool {
    matches!(kind, SyncKind::Mpsc | SyncKind::Broadcast)
}

/// The channel of which this is a wait for a value.
fn value_of(on: &Resource) -> Option<Id> {
    match *on {
        Resource::SyncValue(_, id) | Resource::Sync(SyncKind::Broadcast, id, ..) => Some(id),
        _ => None,
    }
}

fn lint(run: &Run, Lost { by, from, taken, .. }: Lost, after: u64) -> Option<Lint> {
    if taken.at.is_some_and(is_for_now) {
        return None;
    }
    let (name, channel) = (run.name(by), run.thing(from));
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
             the next round (and is made anew when it is ready)",
        );
    Some(match run.fold.task(by) {
        Some(task) => run.birth(lint, task),
        None => lint,
    })
}

#[cfg(test)]
mod tests {
    use kettle_events::Units;

    use super::*;
    use crate::fixture::Script;

    fn seen(script: &Script, mut run: Run) -> Vec<Lint> {
        let mut branches = Branches::default();
        let found = script.records.iter().filter_map(|record| {
            run.step(record);
            branches.see(&run, record)
        });
        found.collect()
    }

    /// Anna loses a value, and receives the next one. `meanwhile`: what Anna and Bert do before.
    fn found(kind: SyncKind, meanwhile: impl FnOnce(&mut Script, [Id; 2], Id)) -> Vec<Lint> {
        let [anna, bert, sync, timer] = [(); 4].map(|()| Id::next());
        let mut script = Script::new();
        let gets = Event::SyncAct {
            kind,
            sync,
            act: Act::Get,
            units: Units::Count(1),
            count: 1,
            item: 0,
            with: 0,
            owned: false,
        };
        let sleeps = crate::fixture::waits(Resource::Timer(timer));
        script.task(anna).write(Event::PollStart { task: anna });
        script.write(Event::SelectStart { branches: 2, first: 0 }).write(gets);
        script.write(Event::TimerAdd { timer, due: Duration::from_secs(1), level: 2, slot: 15 });
        script.write(sleeps).write(Event::SelectPoll { branch: 0, ready: false });
        script.write(Event::SelectPoll { branch: 1, ready: true });
        script.write(Event::SelectWin { branch: 1 }).write(Event::TimerCancel { timer });
        meanwhile(&mut script, [anna, bert], sync);
        script.task(anna).write(gets);
        seen(&script, Run::new(false))
    }

    /// The branch waits for a tick of an interval that is not its own. `again`: does its successor ask the channel?
    fn of_a_tick(again: bool) -> Vec<Lint> {
        let ([anna, sync, timer], kind) = ([(); 3].map(|()| Id::next()), SyncKind::Mpsc);
        let (gets, outcome) = (acts(kind, sync, Act::Get), Outcome::Pending);
        let waits = crate::fixture::waits(Resource::Timer(timer));
        let mut script = Script::new();
        let due = Duration::from_secs(1);
        script.task(anna).write(Event::TimerAdd { timer, due, level: 2, slot: 15 });
        for poll in 0..2 {
            script.write(Event::PollStart { task: anna });
            script.write(Event::SelectStart { branches: 2, first: 0 });
            if poll == 0 || again {
                script.write(gets);
            }
            script.write(waits).write(Event::SelectPoll { branch: 0, ready: false });
            script.write(Event::SelectPoll { branch: 1, ready: true });
            script.write(Event::SelectWin { branch: 1 });
            script.write(Event::PollEnd { task: anna, outcome, wakers: 1, handles: 0 });
        }
        seen(&script, Run::new(true))
    }

    #[test]
    fn a_branch_that_waits_for_a_tick_has_lost_its_value_if_the_next_one_receives() {
        assert_eq!(of_a_tick(true).len(), 1, "a new future");
        assert_eq!(of_a_tick(false), [], "the same one, which waits on");
    }

    fn acts(kind: SyncKind, sync: Id, act: Act) -> Event {
        Event::SyncAct {
            kind,
            sync,
            act,
            units: Units::Count(1),
            count: 1,
            item: 0,
            with: 0,
            owned: false,
        }
    }

    #[test]
    fn what_another_receiver_of_a_broadcast_gets_hides_no_loss() {
        let kind = SyncKind::Broadcast;
        let found = found(kind, |script, [_, bert], sync| {
            script.task(bert).write(acts(kind, sync, Act::Get));
        });
        assert_eq!(found.len(), 1, "{found:#?}");
    }

    /// What the branch held has a `Drop` that sends the value again.
    #[test]
    fn a_value_that_is_put_back_is_not_lost() {
        let kind = SyncKind::Mpsc;
        let none = found(kind, |script, [anna, _], sync| {
            script.task(anna).write(acts(kind, sync, Act::Put));
        });
        assert_eq!(none, [], "into the same channel");
        let found = found(kind, |script, [anna, _], _| {
            script.task(anna).write(acts(kind, Id::next(), Act::Put));
        });
        assert_eq!(found.len(), 1, "another channel: {found:#?}");
    }
}
