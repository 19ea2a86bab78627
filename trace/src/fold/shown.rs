//! What does a page show of the state?
//!
//! These types are the list: each field of each is read by a part of the replay's page
//! (`trace/src/file/replay/`), and the page reads nothing else. A fold that was made for a page
//! ([`Fold::keeping`]) gives them for each task and thing. What has the same value as in the type's
//! default is not told: a page knows the defaults (`fold.js`).
//!
//! Not here: which of them an event may have changed (`touched.rs`), how they are written
//! (`file/json/entry.rs`).

use kettle_events::{Deferral, Id, Kind, Outcome, Place, Resource, SyncKind, Tried};

use super::branches::Select;
use super::course::Step;
use super::fold::Fold;
use super::task::{State, Task};
use super::things::{Side, Source};
use super::touched::Item;
use super::waiting::{Spot, Waiter};

/// A task that waits for a thing, or holds it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Who {
    Task(Id),
    /// Something that is not a task, as far as is known.
    Unknown,
}

/// What is there once: the loop, and what is known of all tasks together.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ShownLoop {
    pub(crate) step: Step,
    /// The tasks that are being polled, the innermost last.
    pub(crate) stack: Vec<Id>,
    /// How long the thread sleeps at most, in nanoseconds.
    pub(crate) timeout: Option<u64>,
    /// The tick that the hand of the wheel has reached.
    pub(crate) hand: u64,
    /// The tasks that have given way in this step.
    pub(crate) deferred: Vec<Id>,
}

#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is told by an event of its own")]
pub(crate) struct ShownTask {
    pub(crate) kind: Kind,
    pub(crate) made: Option<Place>,
    /// The name of its future's type.
    pub(crate) what: &'static str,
    pub(crate) state: State,
    /// Its rank in the queue, while it is there.
    pub(crate) rank: u64,
    pub(crate) polls: u64,
    pub(crate) at: Option<Place>,
    /// What it waits for since its latest poll.
    pub(crate) waits: Vec<Awaited>,
    /// It was woken in its present poll.
    pub(crate) woken: bool,
    pub(crate) cancelling: bool,
    /// So many clones of its waker there were after its latest poll.
    pub(crate) wakers: usize,
    pub(crate) handle: bool,
    pub(crate) joiner: Option<Id>,
    pub(crate) joined: Option<Outcome>,
    pub(crate) detached: bool,
}

/// What a task waits for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Awaited {
    On(Resource),
    /// The end of this step of the loop.
    Deferred(Deferral),
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct ShownTimer {
    /// In nanoseconds.
    pub(crate) due: u64,
    pub(crate) level: u8,
    pub(crate) slot: u8,
    pub(crate) task: Option<Id>,
    pub(crate) at: Option<Place>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ShownSource {
    pub(crate) what: &'static str,
    pub(crate) registered: bool,
    pub(crate) closed: bool,
    /// By direction.
    pub(crate) sides: [ShownSide; 4],
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ShownSide {
    pub(crate) ready: bool,
    pub(crate) last: Option<Tried>,
    pub(crate) bytes: Option<u64>,
    pub(crate) waits: Vec<Who>,
}

/// (Its waiters in line are told by their tickets: [`Fold::line_of`].)
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct ShownPrimitive {
    pub(crate) kind: Option<SyncKind>,
    pub(crate) room: Option<u64>,
    pub(crate) count: Option<u64>,
    /// The most that it has counted.
    pub(crate) high: usize,
    pub(crate) senders: Option<u64>,
    pub(crate) closed: bool,
    /// The tasks that hold some of it.
    pub(crate) holders: Vec<Who>,
    /// One of them holds all of it.
    pub(crate) whole: bool,
    /// The tasks that were given what they wait for.
    pub(crate) handed: Vec<Who>,
    /// The one that waits for a value.
    pub(crate) receiver: Option<Who>,
    pub(crate) ends: Vec<Who>,
    pub(crate) uses: u64,
    pub(crate) waits: u64,
}

/// A blocking job that is out.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct ShownJob {
    pub(crate) by: Option<Id>,
}

impl Who {
    fn of(task: Option<Id>) -> Who {
        task.map_or(Who::Unknown, Who::Task)
    }

    fn waits(waiter: Waiter) -> Who {
        Who::of(waiter.task)
    }
}

impl Default for ShownLoop {
    fn default() -> ShownLoop {
        let (stack, deferred) = (Vec::new(), Vec::new());
        ShownLoop { step: Step::Outside, stack, timeout: None, hand: 0, deferred }
    }
}

impl Default for ShownTask {
    fn default() -> ShownTask {
        ShownTask {
            kind: Kind::Task,
            made: None,
            what: "",
            state: State::Waiting,
            rank: 0,
            polls: 0,
            at: None,
            waits: Vec::new(),
            woken: false,
            cancelling: false,
            wakers: 0,
            handle: true,
            joiner: None,
            joined: None,
            detached: false,
        }
    }
}

impl Default for ShownSource {
    fn default() -> ShownSource {
        let side = |ready| ShownSide { ready, last: None, bytes: None, waits: Vec::new() };
        let sides = [true, true, false, false].map(side);
        ShownSource { what: "", registered: false, closed: false, sides }
    }
}

impl Fold {
    pub(crate) fn shown_loop(&self) -> ShownLoop {
        let timeout = self.course.timeout.map(|timeout| timeout.as_nanos());
        ShownLoop {
            step: self.course.step,
            stack: self.tasks.running.clone(),
            timeout: timeout.and_then(|nanos| u64::try_from(nanos).ok()),
            hand: self.wheel.hand,
            deferred: self.tasks.deferred.clone(),
        }
    }

    pub(crate) fn shown_task(&self, id: Id) -> Option<ShownTask> {
        let task = self.tasks.all.get(&id)?;
        let queued = matches!(task.state, State::New | State::Queued);
        Some(ShownTask {
            kind: task.kind,
            made: task.made,
            what: task.what,
            state: task.state,
            rank: if queued { task.rank } else { 0 },
            polls: task.polls,
            at: task.at,
            waits: if task.is_over() { Vec::new() } else { self.awaited(id) },
            woken: task.again,
            cancelling: task.cancelled,
            wakers: task.wakers,
            handle: task.handle,
            joiner: task.joiner.and_then(|joiner| joiner.task),
            joined: task.joined,
            detached: task.detached,
        })
    }

    /// What it waits for since its latest poll, in the order in which it has told of it.
    fn awaited(&self, id: Id) -> Vec<Awaited> {
        let Some(task) = self.tasks.all.get(&id) else { return Vec::new() };
        let now = |waiter: &Waiter| waiter.task == Some(id) && waiter.poll == task.polls;
        let mut all: Vec<(u64, Awaited)> = Vec::new();
        for &spot in &task.waits {
            let newest = self.newest_at(spot, now);
            all.extend(newest.map(|waiter| (waiter.renewed, Awaited::On(spot.on(waiter)))));
        }
        all.extend(task.deferred.map(|(seq, why)| (seq, Awaited::Deferred(why))));
        all.sort_by_key(|(seq, _)| *seq);
        all.dedup();
        all.into_iter().map(|(_, awaited)| awaited).collect()
    }

    /// The waiter there that was stored or renewed last, of those that are meant.
    fn newest_at(&self, spot: Spot, is: impl Fn(&Waiter) -> bool) -> Option<&Waiter> {
        fn among(all: &[Waiter], is: impl Fn(&Waiter) -> bool) -> Option<&Waiter> {
            all.iter().filter(|one| is(one)).max_by_key(|one| one.renewed)
        }
        fn one(waiter: Option<&Waiter>, is: impl Fn(&Waiter) -> bool) -> Option<&Waiter> {
            waiter.filter(|one| is(one))
        }
        match spot {
            Spot::Timer(timer) => one(self.wheel.timers.get(&timer)?.waiter.as_ref(), is),
            Spot::Source(source, direction) => {
                among(&self.sources.get(&source)?.side(direction).waiters, is)
            }
            Spot::Line(_, sync, ticket) => one(self.primitives.get(sync)?.line.get(ticket), is),
            Spot::Value(_, sync) => one(self.primitives.get(sync)?.value.as_ref(), is),
            Spot::Closed(_, sync) => among(&self.primitives.get(sync)?.gone, is),
            Spot::Task(id) => match self.tasks.all.get(&id) {
                Some(task) => one(task.joiner.as_ref(), is),
                None => one(self.jobs.get(&id)?.joiner.as_ref(), is),
            },
        }
    }

    pub(crate) fn shown_select(&self, task: Id) -> Option<&Select> {
        self.selects.get(&task)
    }

    pub(crate) fn shown_timer(&self, timer: Id) -> Option<ShownTimer> {
        let timer = self.wheel.timers.get(&timer)?;
        let (by, at) = timer.by;
        Some(ShownTimer {
            due: u64::try_from(timer.due.as_nanos()).unwrap_or(u64::MAX),
            level: timer.level,
            slot: timer.slot,
            task: timer.waiter.map_or(by, |waiter| waiter.task),
            at: timer.waiter.and_then(|waiter| waiter.at).or(at),
        })
    }

    pub(crate) fn shown_source(&self, id: Id) -> Option<ShownSource> {
        let registered = self.sources.get(&id);
        let Source { what, closed, sides, .. } = registered.or(self.tried.get(id))?;
        let (closed, registered) = (*closed, registered.is_some());
        let sides = sides.each_ref().map(|side| self.side(side));
        Some(ShownSource { what, registered, closed, sides })
    }

    pub(crate) fn shown_primitive(&self, sync: Id) -> Option<ShownPrimitive> {
        let known = self.primitives.get(sync)?;
        Some(ShownPrimitive {
            kind: Some(known.kind),
            room: known.room.map(|room| room as u64),
            count: known.count.map(|count| count as u64),
            high: if known.kind.is_channel() { known.high } else { 0 },
            senders: known.senders.map(|senders| senders as u64),
            closed: known.closed,
            holders: known.holders.iter().map(|(_, holder)| Who::of(holder.task)).collect(),
            whole: known.is_exclusive(),
            handed: known.handed.iter().map(|(_, waiter)| Who::waits(*waiter)).collect(),
            receiver: known.value.filter(|waiter| self.waits(waiter)).map(Who::waits),
            ends: self.waiting(&known.gone),
            uses: known.uses,
            waits: known.waits,
        })
    }

    pub(crate) fn shown_job(&self, id: Id) -> Option<ShownJob> {
        let job = self.jobs.get(&id).filter(|job| job.out)?;
        Some(ShownJob { by: job.parent })
    }

    /// The waiter that has this ticket in a line; `None`: no waiter has it any more.
    pub(crate) fn line_of(&self, item: Item) -> Option<Who> {
        let waiter = match item {
            Item::InLine(sync, ticket) => self.primitives.get(sync)?.line.get(ticket),
            _ => None,
        };
        waiter.copied().map(Who::waits)
    }

    fn side(&self, side: &Side) -> ShownSide {
        let (bytes, waits) = (side.bytes.map(|bytes| bytes as u64), self.waiting(&side.waiters));
        // The event that clears it is the next.
        let ready = side.ready && !side.blocked;
        ShownSide { ready, last: side.last, bytes, waits }
    }

    /// Each once.
    fn waiting(&self, waiters: &[Waiter]) -> Vec<Who> {
        let mut all = Vec::new();
        for waiter in waiters.iter().filter(|waiter| self.waits(waiter)) {
            let who = Who::waits(*waiter);
            if !all.contains(&who) {
                all.push(who);
            }
        }
        all
    }

    /// A task that is over may have left its waker behind. It does not wait.
    fn waits(&self, waiter: &Waiter) -> bool {
        let over = |id| self.tasks.all.get(&id).is_none_or(Task::is_over);
        !waiter.task.is_some_and(over)
    }
}
