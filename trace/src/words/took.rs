//! What had a branch of a `select!` taken in when it was dropped?
//!
//! A branch may have read some bytes, or received a value, and then wait for more. If another branch wins
//! now, what it has kept of them goes with it; and no error says so. What runs between two events of a
//! `select!` is the branch that the second one names, so what is taken in between is that branch's.
//!
//! Interface: [`Took::step`], once for each record; then [`Took::race`].
//!
//! Invariants: a branch that sends, writes or spawns may have passed on all that it had: nothing is said of
//! what came before. Nor is anything said where two races can't be told apart, as two `select!` of one
//! `join!`. (A branch may also have kept what it took outside of itself, in a buffer that it borrows. That
//! can't be seen: so the words say what it had taken, and not that it is lost.)
//!
//! Not here: what a branch waits for (`fold/branches.rs`).

use std::collections::HashMap;

use kettle_events::{Act, Direction, Event, Id, Outcome, Record, SyncKind, Thing, Tried, Units};
use serde::Serialize;

use super::quick::Quick;

/// How much was taken, and from what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Part {
    #[serde(serialize_with = "number")]
    pub(crate) from: Thing,
    /// Bytes of a source or a pipe, values of a channel.
    pub(crate) units: u64,
}

/// What the branches have taken, by task.
#[derive(Clone, Debug, Default)]
pub(crate) struct Took {
    tasks: HashMap<u64, Races, Quick>,
}

/// A task's races: one that a branch of another one holds comes after that.
#[derive(Clone, Debug, Default)]
struct Races {
    all: Vec<Race>,
    /// So many of them are in a round; the innermost is the last.
    open: usize,
    /// The race that the last event was about.
    at: usize,
}

/// A `select!`, from its first round to its winner.
#[derive(Clone, Debug)]
struct Race {
    branches: Vec<Vec<Part>>,
    /// Which branch is asked first in this round, and how far it has come.
    first: u32,
    asked: u32,
    /// Taken since the last branch was asked, by the one that will be named next.
    fresh: Vec<Part>,
    passed_on: bool,
    stage: Stage,
    /// Several races take this place in turn.
    unsure: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// No round of it was begun in this poll.
    Idle,
    Begun,
    Won,
}

/// More branches than `select!` takes are not believed.
const MOST: u32 = 64;
/// So many parts of a branch are remembered, the latest.
const PARTS: usize = 8;

impl Took {
    pub(crate) fn step(&mut self, record: &Record) {
        let Some(task) = record.task.map(Id::get) else { return };
        if let Event::SelectStart { branches, first } = record.event
            && first < branches
            && branches <= MOST
        {
            return self.tasks.entry(task).or_default().start(branches, first);
        }
        let Some(races) = self.tasks.get_mut(&task) else { return };
        match record.event {
            Event::PollStart { .. } => races.poll_begins(),
            Event::PollEnd { outcome, .. } if outcome != Outcome::Pending => {
                self.tasks.remove(&task);
            }
            Event::SelectPoll { branch, .. } => races.ask(branch),
            Event::SelectWin { .. } => races.win(),
            event => races.learn(&event),
        }
    }

    /// What the branches have taken that are in the race which the last event of this task was about; after
    /// the win, too.
    pub(crate) fn race(&self, task: Id) -> &[Vec<Part>] {
        let race = self.tasks.get(&task.get()).and_then(|races| races.all.get(races.at));
        race.filter(|race| !race.unsure).map_or(&[], |race| &race.branches)
    }
}

impl Races {
    /// No event says that a `select!` was dropped. One that was not asked in the poll before may have been, and
    /// what comes now is another.
    fn poll_begins(&mut self) {
        let asked = self.all.iter().take_while(|race| race.stage == Stage::Begun).count();
        self.all.truncate(asked);
        self.open = 0;
        for race in &mut self.all {
            (race.passed_on, race.stage) = (false, Stage::Idle);
            race.fresh.clear();
        }
    }

    fn start(&mut self, branches: u32, first: u32) {
        // One whose branches were all asked is over for this poll. (If one is out of the race, the next event
        // of the outer one says so.)
        while self.all[..self.open].last().is_some_and(|race| race.asked == race.of()) {
            self.open -= 1;
        }
        let at = self.open;
        let before = self.all.get(at).map(|race| (race.of(), race.stage));
        if before != Some((branches, Stage::Idle)) {
            let unsure = before.is_some_and(|(_, stage)| stage == Stage::Begun);
            self.all.truncate(at);
            self.all.push(Race::new(branches, unsure));
        }
        let race = &mut self.all[at];
        (race.first, race.asked, race.stage) = (first, 0, Stage::Begun);
        (self.open, self.at) = (at + 1, at);
    }

    /// It belongs to the innermost race that has not asked this branch yet.
    fn ask(&mut self, branch: u32) {
        let Some(at) = self.all[..self.open].iter().rposition(|race| race.may_ask(branch)) else {
            return;
        };
        (self.open, self.at) = (at + 1, at);
        let race = &mut self.all[at];
        race.asked = race.turn_of(branch) + 1;
        let fresh = std::mem::take(&mut race.fresh);
        let of_branch = &mut race.branches[branch as usize];
        if std::mem::take(&mut race.passed_on) {
            of_branch.clear();
        }
        for part in fresh {
            add(of_branch, part);
        }
    }

    /// The innermost is over. What its branches have taken stays known until another one begins.
    fn win(&mut self) {
        let Some(at) = self.open.checked_sub(1) else { return };
        (self.open, self.at) = (at, at);
        self.all[at].stage = Stage::Won;
    }

    fn learn(&mut self, event: &Event) {
        let part = taken(event);
        let passes = passes_on(event);
        if part.is_none() && !passes {
            return;
        }
        // What an inner race takes, the branch around it takes.
        for race in &mut self.all[..self.open] {
            if passes {
                race.fresh.clear();
                race.passed_on = true;
            }
            if let Some(part) = part {
                add(&mut race.fresh, part);
            }
        }
    }
}

impl Race {
    fn new(branches: u32, unsure: bool) -> Race {
        let branches = vec![Vec::new(); branches as usize];
        let (fresh, passed_on, stage) = (Vec::new(), false, Stage::Begun);
        Race { branches, first: 0, asked: 0, fresh, passed_on, stage, unsure }
    }

    #[expect(clippy::cast_possible_truncation, reason = "at most `MOST`")]
    fn of(&self) -> u32 {
        self.branches.len() as u32
    }

    /// How many branches lie between the first and this one.
    fn turn_of(&self, branch: u32) -> u32 {
        (branch + self.of() - self.first) % self.of()
    }

    fn may_ask(&self, branch: u32) -> bool {
        branch < self.of() && self.turn_of(branch) >= self.asked
    }
}

/// What the running task has taken in by this.
fn taken(event: &Event) -> Option<Part> {
    let (from, units) = match *event {
        Event::SourceTry { source, direction: Direction::Read, result: Tried::Done, bytes } => {
            (Thing::Source(source), bytes.unwrap_or(0) as u64)
        }
        Event::SyncAct { kind, sync, act: Act::Get, units: Units::Count(units), .. }
            if kind.is_channel() || matches!(kind, SyncKind::Broadcast | SyncKind::Pipe) =>
        {
            (Thing::Sync(kind, sync), units.into())
        }
        _ => return None,
    };
    (units > 0).then_some(Part { from, units })
}

/// May what it had have gone along with this?
fn passes_on(event: &Event) -> bool {
    matches!(
        event,
        Event::Spawn { .. }
            | Event::BlockingStart { .. }
            | Event::SyncAct { act: Act::Put, .. }
            | Event::SourceTry { direction: Direction::Write, result: Tried::Done, .. }
    )
}

fn add(parts: &mut Vec<Part>, more: Part) {
    if let Some(part) = parts.iter_mut().find(|part| part.from == more.from) {
        part.units += more.units;
        return;
    }
    if parts.len() == PARTS {
        parts.remove(0);
    }
    parts.push(more);
}

fn number<S: serde::Serializer>(from: &Thing, to: S) -> Result<S::Ok, S::Error> {
    let (Thing::Task(id) | Thing::Timer(id) | Thing::Source(id) | Thing::Sync(_, id)) = from;
    id.serialize(to)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Script;

    const PIPE: SyncKind = SyncKind::Pipe;

    fn reads(pipe: Id, bytes: u32) -> Event {
        let (act, units) = (Act::Get, Units::Count(bytes));
        Event::SyncAct { kind: PIPE, sync: pipe, act, units, count: 0 }
    }

    fn polled(branch: u32, ready: bool) -> Event {
        Event::SelectPoll { branch, ready }
    }

    fn begins(branches: u32) -> Event {
        Event::SelectStart { branches, first: 0 }
    }

    /// What the branches have taken after these events of one task, as bytes or values.
    fn took(task: Id, events: impl IntoIterator<Item = Event>) -> Vec<u64> {
        let (mut script, mut took) = (Script::new(), Took::default());
        script.task(task);
        for event in events {
            script.write(event);
        }
        script.records.iter().for_each(|record| took.step(record));
        let sum = |parts: &Vec<Part>| parts.iter().map(|part| part.units).sum();
        took.race(task).iter().map(sum).collect()
    }

    #[test]
    fn what_a_loser_took_over_several_polls_is_its_own() {
        let (task, pipe) = (Id::next(), Id::next());
        let start = Event::PollStart { task };
        let end = Event::PollEnd { task, outcome: Outcome::Pending, wakers: 1, handles: 1 };
        let first = [start, begins(2), reads(pipe, 3), polled(0, false), polled(1, false), end];
        let then = [start, begins(2), reads(pipe, 2), polled(0, false)];
        let won = [reads(pipe, 9), polled(1, true), Event::SelectWin { branch: 1 }];
        let all = first.into_iter().chain(then).chain(won);
        assert_eq!(took(task, all.clone()), [5, 9]);
        // The next one begins with nothing.
        assert_eq!(took(task, all.chain([begins(2), polled(0, false)])), [0, 0]);
    }

    #[test]
    fn what_was_passed_on_is_not_told() {
        let (task, pipe) = (Id::next(), Id::next());
        let (sync, act, units) = (Id::next(), Act::Put, Units::Count(1));
        let sends = Event::SyncAct { kind: SyncKind::Mpsc, sync, act, units, count: 1 };
        let start = Event::PollStart { task };
        let first = [start, begins(2), reads(pipe, 3), polled(0, false), polled(1, false)];
        let then = [start, begins(2), reads(pipe, 4), sends, reads(pipe, 1), polled(0, false)];
        assert_eq!(took(task, first.into_iter().chain(then)), [1, 0]);
    }

    #[test]
    fn a_branch_has_what_a_race_inside_of_it_took() {
        let (task, pipe) = (Id::next(), Id::next());
        let start = Event::PollStart { task };
        let inner = [begins(3), reads(pipe, 3), polled(0, false), polled(1, false)];
        let all = [start, begins(2)].into_iter().chain(inner);
        let all = all.chain([polled(2, false), polled(0, false), polled(1, true)]);
        assert_eq!(took(task, all), [3, 0]);
    }

    #[test]
    fn one_that_was_not_asked_in_a_poll_may_be_another_afterwards() {
        let (task, pipe) = (Id::next(), Id::next());
        let start = Event::PollStart { task };
        let first = [start, begins(2), reads(pipe, 3), polled(0, false), polled(1, false)];
        let then = [begins(2), polled(0, false), polled(1, true)];
        let at_once = first.into_iter().chain([start]).chain(then);
        assert_eq!(took(task, at_once), [3, 0]);
        let later = first.into_iter().chain([start, start]).chain(then);
        assert_eq!(took(task, later), [0, 0]);
    }

    #[test]
    fn two_races_that_take_turns_in_a_poll_are_not_told_apart() {
        let (task, pipe) = (Id::next(), Id::next());
        let one = [begins(2), reads(pipe, 3), polled(0, false), polled(1, false)];
        let other = [begins(2), polled(0, false), polled(1, true)];
        let all = [Event::PollStart { task }].into_iter().chain(one).chain(other);
        assert!(took(task, all).is_empty());
    }

    #[test]
    fn what_is_over_is_forgotten_and_a_broken_record_is_no_panic() {
        let (task, pipe) = (Id::next(), Id::next());
        let bad = [begins(0), begins(65), Event::SelectStart { branches: 2, first: 7 }];
        let bad = bad.into_iter().chain([polled(99, true), Event::SelectWin { branch: 9 }]);
        assert!(took(task, bad.chain([begins(2), polled(5, true), reads(pipe, 1)])) == [0, 0]);
        let end = Event::PollEnd { task, outcome: Outcome::Ready, wakers: 0, handles: 0 };
        assert!(took(task, [begins(2), reads(pipe, 1), polled(0, false), end]).is_empty());
    }
}
