//! Which waits are open?
//!
//! A wait begins when a future of kettle's first returns `Pending`, and ends once, when the future
//! is ready or dropped. Meanwhile the future keeps an [`Open`], and its runtime's table an entry.
//! The number of the wait is also stored beside its waker, so that the code that serves the wait,
//! and the wake that follows, can name it.
//!
//! Invariants: a wait belongs to the runtime in which it was asked last. Where nothing records or
//! looks, no wait is kept, and [`Open::asked`] and the end of a wait cost one branch each. Without
//! the `causes` feature an `Open` is empty, because the numbers make a message a tenth dearer.
//!
//! tokio: a `tracing` span for each poll of a resource (`tokio_unstable`).

use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

use crate::kept::Kept;
use crate::primitive::Primitive;
use crate::record::By;
use crate::running::{Depth, RUNNING, own};
use crate::snapshot::WaitNow;
use crate::table::{Entry, Key};
use crate::thread::record;
use crate::{Event, Id, KeptId, RemoteEvents, Resource, keeps, line};

/// A future's wait, from its first `Pending` to its end.
#[derive(Debug, Default)]
pub struct Open(Kept);

/// What is asked for: the resource, and its primitive or, of a timer, the time when it is due.
struct Asks(Resource, Option<Arc<Primitive>>, Option<Duration>);

impl Open {
    /// No wait yet.
    pub const NONE: Open = Open(Kept::NONE);

    /// The future has stored its waker and has to wait. Returns the number of its wait, which
    /// begins here if it hasn't begun yet.
    #[inline]
    #[track_caller]
    pub fn asked(&mut self, on: impl FnOnce() -> Resource) -> KeptId {
        if keeps() { self.asks(Asks(on(), None, None)) } else { KeptId::NONE }
    }

    /// The same for a timer that is due at this time.
    #[inline]
    #[track_caller]
    pub fn asked_until(&mut self, due: Duration, on: impl FnOnce() -> Resource) -> KeptId {
        if keeps() { self.asks(Asks(on(), None, Some(due))) } else { KeptId::NONE }
    }

    /// The same for a primitive, on a thread that keeps what exists.
    #[track_caller]
    pub fn asked_of(&mut self, of: &Arc<Primitive>, on: Resource) -> KeptId {
        self.asks(Asks(on, Some(of.clone()), None))
    }

    #[cold]
    #[track_caller]
    fn asks(&mut self, asks: Asks) -> KeptId {
        let (on, place) = (asks.0, Location::caller());
        RUNNING.with(|it| {
            let by = it.waits_at(place);
            let wait = it.with_remote(|here| self.begun(here, by, it.key.get(), asks));
            let Some(wait) = wait else { return KeptId::NONE };
            if let Depth::Record = it.depth.get() {
                record(Event::Wait { wait, on, own: own() }, place);
            }
            KeptId::of(wait)
        })
    }

    /// The same on a thread that records nothing, by this job, if it is one. The caller has to
    /// record the `Wait`.
    #[cold]
    pub fn asked_elsewhere(
        &mut self,
        (of, on): (&Arc<Primitive>, Resource),
        remote: &Arc<RemoteEvents>,
        job: Option<Id>,
    ) -> (Id, KeptId) {
        let by = By { task: job, scope: None, at: line() };
        let wait = self.begun(remote, by, Key::NONE, Asks(on, Some(of.clone()), None));
        (wait, KeptId::of(wait))
    }

    /// `key` is that of the running task's entry.
    fn begun(&mut self, remote: &RemoteEvents, by: By, key: Key, asks: Asks) -> Id {
        let (Asks(on, of, due), at) = (asks, by.at.place());
        let By { task, scope, .. } = by;
        let again = |entry: &mut Entry| match entry {
            Entry::Wait(now, of, until) => {
                (now.by, now.scope, now.at, now.own, *until) = (task, scope, at, own(), due);
                if let Some(of) = of {
                    of.is_asked(now.id); // what it was served is used up
                }
                Some(now.id)
            }
            _ => None,
        };
        let known =
            if self.0.key().is_some() { self.0.key().change(again).flatten() } else { None };
        if let Some(wait) = known.filter(|_| self.0.key().is_in(remote)) {
            return wait;
        }
        self.end(false); // it moves here
        let id = known.unwrap_or_else(Id::next);
        let (age, own, served, since) = (Duration::ZERO, own(), false, None);
        let now = WaitNow { id, on, by: task, scope, at, own, served, age, since };
        self.0 = remote.keep(|table| {
            if let Some(Entry::Task(task, _)) = table.get_mut(key).filter(|_| key.is_in(remote)) {
                task.at = at.or(task.at);
            }
            Some(Entry::Wait(now, of, due))
        });
        id
    }

    /// The future is ready, because it got what it waited for, or learned that nothing will come.
    #[inline]
    #[track_caller]
    pub fn got(&mut self) {
        if self.0.key().is_some() {
            self.end(true);
        }
    }

    #[cold]
    #[track_caller]
    fn end(&mut self, got: bool) {
        self.0.end(|entry, remote| {
            if let Entry::Wait(WaitNow { id: wait, on, .. }, ..) = entry {
                remote.emit(|| Event::Done { wait, on, got });
            }
        });
    }
}

/// The wait is given up.
#[cfg(feature = "causes")]
impl Drop for Open {
    #[inline]
    fn drop(&mut self) {
        if self.0.key().is_some() {
            let _line = crate::in_a_drop();
            self.end(false);
        }
    }
}
