//! What had a branch of a `select!` taken in when it was dropped?
//!
//! A branch may have read some bytes, or received a value, and then wait for more. If another branch wins
//! now, what it has kept of them goes with it; and no error says so. What runs between two events of a
//! `select!` is the branch that the second one names, so what is taken in between is that branch's.
//!
//! Interface: [`Took::step`], once for each record; then [`Took::race`] and [`Took::waits`].
//!
//! Invariants: a branch that sends, writes or spawns may have passed on all that it had: nothing is said of
//! what came before. Nor is anything said where two races can't be told apart, as two `select!` of one
//! `join!`. (A branch may also have kept what it took outside of itself, in a buffer that it borrows. That
//! can't be seen: so the words say what it had taken, and not that it is lost.)
//!
//! No event says that a `select!` was dropped without a winner, as `timeout` does it. That is seen from
//! what goes: a wait of a branch ends though no branch is being asked, or a poll doesn't ask at all.
//!
//! Not here: what the page tells of a branch's waits (`fold/branches.rs`).

use std::collections::HashMap;

use kettle_events::{
    Act, Direction, Event, Id, Outcome, Place, Record, Resource, SyncKind, Thing, Tried, Units,
};
use serde::Serialize;

use super::quick::Quick;

/// How much was taken, and from what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Part {
    #[serde(serialize_with = "number")]
    pub(crate) from: Thing,
    /// Bytes of a source or a pipe, values of a channel.
    pub(crate) units: u64,
    /// Where it was taken last.
    #[serde(skip)]
    pub(crate) at: Option<Place>,
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
    /// What each branch waits for. A waker that is stored already is not told of again.
    waits: Vec<Vec<Resource>>,
    /// Which branch is asked first in this round, and how far it has come.
    first: u32,
    asked: u32,
    /// Taken since the last branch was asked, by the one that will be named next.
    fresh: Vec<Part>,
    /// Waits that began since then, its own as well.
    fresh_waits: Vec<Resource>,
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
/// So many waits of a branch, the latest.
const WAITS: usize = 64;

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
            Event::Wait { on, .. } => races.wait(on),
            Event::Done { on, got: false, .. } => races.unwait(on.thing()),
            Event::TimerCancel { timer } => races.unwait(Thing::Timer(timer)),
            _ => races.learn(record),
        }
    }

    /// What the branches have taken that are in the race which the last event of this task was about; after
    /// the win, too.
    pub(crate) fn race(&self, task: Id) -> &[Vec<Part>] {
        self.latest(task).map_or(&[], |race| &race.branches)
    }

    /// What these branches wait for.
    #[cfg(test)]
    pub(crate) fn waits(&self, task: Id) -> &[Vec<Resource>] {
        self.latest(task).map_or(&[], |race| &race.waits)
    }

    fn latest(&self, task: Id) -> Option<&Race> {
        let races = self.tasks.get(&task.get())?;
        races.all.get(races.at).filter(|race| !race.unsure)
    }

    /// How many entries it keeps.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        let races = self.tasks.values().flat_map(|races| &races.all);
        self.tasks.len() + races.map(Race::len).sum::<usize>()
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
            race.fresh_waits.clear();
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
        if !race.fresh_waits.is_empty() {
            race.waits[branch as usize] = std::mem::take(&mut race.fresh_waits);
        }
    }

    /// The innermost is over. What its branches have taken stays known until another one begins.
    fn win(&mut self) {
        let Some(at) = self.open.checked_sub(1) else { return };
        (self.open, self.at) = (at, at);
        self.all[at].stage = Stage::Won;
    }

    /// The branch that is being asked waits for this, and so does the one around it.
    fn wait(&mut self, on: Resource) {
        for race in self.all[..self.open].iter_mut().filter(|race| race.asks()) {
            if race.fresh_waits.len() == WAITS {
                race.fresh_waits.remove(0);
            }
            race.fresh_waits.push(on);
        }
    }

    /// A wait ended. If it is that of a branch which is not being asked, and none has won, the whole
    /// `select!` was dropped.
    fn unwait(&mut self, thing: Thing) {
        let has = |waits: &Vec<Resource>| waits.iter().any(|on| on.thing() == thing);
        let gone =
            |race: &Race| race.stage != Stage::Won && !race.asks() && race.waits.iter().any(has);
        if let Some(at) = self.all.iter().position(gone) {
            self.all.truncate(at);
            self.open = self.open.min(at);
        }
    }

    fn learn(&mut self, record: &Record) {
        let part = taken(record);
        let passes = passes_on(&record.event);
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
        let (branches, waits) =
            (vec![Vec::new(); branches as usize], vec![Vec::new(); branches as usize]);
        let (fresh, fresh_waits, passed_on) = (Vec::new(), Vec::new(), false);
        let (first, asked, stage) = (0, 0, Stage::Begun);
        Race { branches, waits, first, asked, fresh, fresh_waits, passed_on, stage, unsure }
    }

    /// Is a branch being asked?
    fn asks(&self) -> bool {
        self.stage == Stage::Begun && self.asked < self.of()
    }

    #[cfg(test)]
    fn len(&self) -> usize {
        let parts: usize = self.branches.iter().map(Vec::len).sum();
        let waits: usize = self.waits.iter().map(Vec::len).sum();
        self.branches.len() + parts + waits + self.fresh.len() + self.fresh_waits.len()
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
fn taken(record: &Record) -> Option<Part> {
    let (from, units) = match record.event {
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
    (units > 0).then_some(Part { from, units, at: record.at.place() })
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
        *part = Part { units: part.units + more.units, ..more };
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
#[path = "took_tests.rs"]
mod tests;
