//! What exists now, while nothing is recorded?
//!
//! A sink may want records only when there is a reason to look (`Sink::wants`). Until then the
//! runtime's `RemoteEvents` keeps the event that began each thing that lasts: a task, a job, a
//! source, a scope, a hold. Waits, which may end on any thread, are in `open.rs`, and `look.rs`
//! turns all of it into records. What has ended is forgotten, except for scopes and local tasks
//! that end on a thread that isn't driving the runtime.

use std::sync::atomic::AtomicUsize;
use std::time::Instant;

use crate::{Act, At, Event, Id, Place, SyncKind, Units};

/// A time by the machine's clock, and how far the runtime's clock was moved until then.
pub(crate) type Since = (Instant, u64);

/// How many of the served waits are kept.
const SERVED: usize = 64;

/// How many runtimes a watching thread wants a look at.
pub(crate) static ASKED: AtomicUsize = AtomicUsize::new(0);

/// Who does something?
#[derive(Clone, Copy, Debug)]
pub(crate) struct By {
    /// The running task, or a job.
    pub(crate) task: Option<Id>,
    pub(crate) scope: Option<Id>,
    pub(crate) at: At,
}

impl By {
    pub(crate) const NOBODY: By = By { task: None, scope: None, at: At::Unknown };
}

#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) there: ByNumber,
    pub(crate) paused: bool,
    pub(crate) driven: bool,
    /// Futures that were dropped unpolled, for the next look.
    pub(crate) unpolled: Vec<Lasting>,
    /// The latest waits that were served, and were not asked again since.
    pub(crate) served: Vec<Id>,
    /// The polls that are under way, the innermost last.
    pub(crate) running: Vec<(Id, Instant)>,
    pub(crate) polls: u64,
}

/// An event that began something.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lasting {
    pub(crate) event: Event,
    pub(crate) place: Place,
    pub(crate) by: By,
    pub(crate) since: Since,
}

impl State {
    pub(crate) fn keep(&mut self, it: Lasting) {
        match it.event {
            Event::Spawn { task: id, .. }
            | Event::BlockingStart { task: id }
            | Event::SourceAdd { source: id, .. } => self.there.insert(id.get(), it),
            Event::Scope { scope, .. } => match self.there.get_mut(scope.get()) {
                Some(told) => told.by = it.by,
                None => self.there.insert(scope.get(), it),
            },
            Event::BlockingEnd { task: id, .. } | Event::SourceDrop { source: id } => {
                self.there.remove(id.get());
            }
            Event::SyncAct { act: Act::Take, item: hold @ 1.., .. } => self.there.insert(hold, it),
            Event::RunStart { paused } => (self.paused, self.driven) = (paused, true),
            Event::RunEnd { .. } => self.driven = false,
            Event::Served { wait } => {
                if self.served.len() == SERVED {
                    self.served.remove(0);
                }
                self.served.push(wait);
            }
            Event::SyncAct { act: Act::Release, item, with, units, .. } => {
                self.gives_back(item, with, units);
            }
            Event::SyncAct { kind, act: Act::Forget, item, units, .. }
                if kind.is_lock() || kind == SyncKind::Semaphore =>
            {
                self.gives_back(item, item, units);
            }
            _ => {}
        }
    }

    pub(crate) fn poll_begins(&mut self, task: Id, began: Instant) {
        self.polls += 1;
        self.running.push((task, began));
    }

    pub(crate) fn poll_ends(&mut self, task: Id, is_over: bool) {
        self.polls += 1;
        self.running.pop();
        if is_over {
            self.there.remove(task.get());
        }
    }

    /// A hold goes on with less, or is over. What it gives back goes into the hold `with`, if that
    /// is another one.
    fn gives_back(&mut self, hold: u64, with: u64, some: Units) {
        if let Units::Count(some) = some
            && let Some(Units::Count(all)) = self.units(hold)
            && *all > some
        {
            *all -= some;
        } else {
            self.there.remove(hold);
        }
        if with > 0
            && with != hold
            && let (Some(Units::Count(all)), Units::Count(more)) = (self.units(with), some)
        {
            *all += more;
        }
    }

    fn units(&mut self, hold: u64) -> Option<&mut Units> {
        match &mut self.there.get_mut(hold)?.event {
            Event::SyncAct { units, .. } => Some(units),
            _ => None,
        }
    }
}

/// A map from numbers that mostly grow, in their order. In a debug build a hash table would cost
/// ten times as much.
#[derive(Debug, Default)]
pub(crate) struct ByNumber {
    /// `None` for what is gone, but never at the end.
    list: Vec<(u64, Option<Lasting>)>,
    gone: usize,
}

impl ByNumber {
    /// Mostly `number` is the highest so far, but another thread may have drawn a higher one.
    pub(crate) fn insert(&mut self, number: u64, value: Lasting) {
        let higher = self.list.iter().rev().take_while(|(other, _)| *other > number).count();
        self.list.insert(self.list.len() - higher, (number, Some(value)));
    }

    fn place(&self, number: u64) -> Option<usize> {
        let last = self.list.last()?.0;
        if last <= number {
            return if last == number { Some(self.list.len() - 1) } else { None };
        }
        self.list.binary_search_by_key(&number, |(other, _)| *other).ok()
    }

    pub(crate) fn get_mut(&mut self, number: u64) -> Option<&mut Lasting> {
        let place = self.place(number)?;
        self.list[place].1.as_mut()
    }

    pub(crate) fn remove(&mut self, number: u64) -> Option<Lasting> {
        let place = self.place(number)?;
        let value = self.list[place].1.take()?;
        self.gone += 1;
        while self.gone > 0
            && let Some((_, None)) = self.list.last()
        {
            self.list.pop();
            self.gone -= 1;
        }
        if self.gone > self.list.len() / 2 {
            self.list.retain(|(_, value)| value.is_some());
            self.gone = 0;
        }
        if self.list.capacity() > 256.max(4 * self.list.len()) {
            self.list.shrink_to(2 * self.list.len()); // after a burst
        }
        Some(value)
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &Lasting> {
        self.list.iter().filter_map(|(_, value)| value.as_ref())
    }
}

#[cfg(test)]
#[path = "state_tests.rs"]
mod tests;
