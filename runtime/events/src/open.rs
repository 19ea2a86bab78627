//! Which waits are open?
//!
//! A wait begins when a future of kettle's first returns `Pending`, and ends once, when the future
//! is ready or dropped. Meanwhile the future keeps an [`Open`], and its runtime's table an entry.
//! The number of the wait is also stored beside its waker, so that the code that serves the wait,
//! and the wake that follows, can name it.
//!
//! Invariants: a wait belongs to the runtime that polled its future last. Where nothing records or
//! looks, no wait is kept, and [`Open::pending`] and the end of a wait cost one branch each.
//! Without the `causes` feature an `Open` is empty, because the numbers make a message 10 % dearer.
//!
//! tokio: a `tracing` span for each poll of a resource (`tokio_unstable`).

use std::mem;
use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

use crate::kept::Kept;
use crate::primitive::Primitive;
use crate::record::By;
use crate::running::{Depth, RUNNING, is_own_waker};
use crate::snapshot::WaitNow;
use crate::table::{Entry, Key};
use crate::thread::record;
use crate::{Event, Id, KeptId, RemoteEvents, Resource, is_watched, line};

/// A future's wait, from its first `Pending` to its end.
#[derive(Debug, Default)]
pub struct Open(Kept);

/// What a future waits for: the resource, and its primitive or, for a timer, when it is due.
struct Awaited<'a>(Resource, Option<&'a Arc<Primitive>>, Option<Duration>);

impl Open {
    /// No wait yet.
    pub const NONE: Open = Open(Kept::NONE);

    /// The future has stored its waker and has to wait. Returns the number of its wait, which
    /// begins here if it hasn't begun yet.
    #[inline]
    #[track_caller]
    pub fn pending(&mut self, on: impl FnOnce() -> Resource) -> KeptId {
        if is_watched() { self.begin(&Awaited(on(), None, None)) } else { KeptId::NONE }
    }

    /// The same for a timer that is due at this time.
    #[inline]
    #[track_caller]
    pub fn pending_until(&mut self, due: Duration, on: impl FnOnce() -> Resource) -> KeptId {
        if is_watched() { self.begin(&Awaited(on(), None, Some(due))) } else { KeptId::NONE }
    }

    /// The same for a primitive, on a thread that keeps what exists.
    #[track_caller]
    pub fn pending_for(&mut self, of: &Arc<Primitive>, on: Resource) -> KeptId {
        self.begin(&Awaited(on, Some(of), None))
    }

    #[cold]
    #[track_caller]
    fn begin(&mut self, awaited: &Awaited<'_>) -> KeptId {
        let place = Location::caller();
        RUNNING.with(|it| {
            let (by, own) = (it.awaits(place), it.own.get());
            let wait = match &*it.remote.borrow() {
                Some(here) => self.enter(here, by, own, it.key.get(), awaited),
                None => return KeptId::NONE,
            };
            if let Depth::Record = it.depth.get() {
                record(Event::Wait { wait, on: awaited.0, own }, place);
            }
            KeptId::of(wait)
        })
    }

    /// The same on a thread that records nothing, by this job, if it is one. The caller has to
    /// record the `Wait`.
    #[cold]
    pub fn pending_elsewhere(
        &mut self,
        (of, on): (&Arc<Primitive>, Resource),
        remote: &Arc<RemoteEvents>,
        job: Option<Id>,
    ) -> (Id, KeptId) {
        let by = By { task: job, scope: None, at: line() };
        let wait = self.enter(remote, by, is_own_waker(), Key::NONE, &Awaited(on, Some(of), None));
        (wait, KeptId::of(wait))
    }

    /// Begins or renews the wait, with the task's `own` waker or another. `key`: the task's entry.
    fn enter(
        &mut self,
        remote: &RemoteEvents,
        By { task: by, scope, at }: By,
        own: bool,
        key: Key,
        awaited: &Awaited<'_>,
    ) -> Id {
        let (at, Awaited(on, of, due)) = (at.place(), awaited);
        let source = if let Resource::Source(id, _) = on { Some(*id) } else { None };
        let last = |id| RUNNING.with(|it| it.cleared.get()).filter(|last| last.0 == id);
        let cleared = source.and_then(last).map(|(_, at)| at);
        let mut known = None;
        if self.0.key().is_some() {
            let again = |entry: &mut Entry| match entry {
                Entry::Wait(now, of, until) => {
                    (now.by, now.scope, now.at, now.own, *until) = (by, scope, at, own, *due);
                    (now.cleared, now.told) = (cleared, None);
                    if let Some(of) = of {
                        of.forget_served(now.id); // what it was served is used up
                    }
                    Some(now.id)
                }
                _ => None,
            };
            known = self.0.key().change(again).flatten();
            match known {
                Some(wait) if self.0.key().is_in(remote) => return wait,
                _ => self.end(false), // it moves here
            }
        }
        let id = known.unwrap_or_else(Id::next);
        let (on, age) = (*on, Duration::ZERO);
        let (served, told, since) = (false, None, None);
        let now = WaitNow { id, on, by, scope, at, cleared, own, served, told, age, since };
        self.0 = remote.keep(|table| {
            if key.is_in(remote) {
                table.set_task_line(key, at);
            }
            Some(Entry::Wait(now, of.cloned(), *due))
        });
        id
    }

    /// Of a source: a report wakes who waits.
    #[inline]
    pub fn told(&self) {
        self.0.key().change(|entry| {
            if let Entry::Wait(now, ..) = entry {
                now.told = Some((Duration::ZERO, None));
            }
        });
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
        let (key, place) = (mem::take(&mut self.0).into_key(), Location::caller());
        key.with_remote(|remote| {
            let mut table = remote.table.lock();
            let on = match table.get_mut(key) {
                Some(Entry::Wait(now, ..)) if remote.is_recorded() => Some((now.id, now.on)),
                _ => None,
            };
            table.remove(key);
            drop(table);
            if let Some((wait, on)) = on {
                remote.record(Event::Done { wait, on, got }, place);
            }
        });
    }
}

/// Without having got anything, the future gives its wait up.
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
