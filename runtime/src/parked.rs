//! How does a primitive remember who waits, and how is he woken?
//!
//! As a [`Parked`]: one of our own tasks as two numbers, so that parking it clones nothing and
//! waking it at home is an index and a push; anybody else (a foreign executor, a combinator that
//! makes wakers of its own) as the waker that they polled with.
//!
//! Interface: [`Parked`], the door through which everything in `kettle::sync` waits. Invariants:
//! the newest one polled with is the one woken; a `Parked` wakes once; no lock is held around
//! foreign code but for [`Parked::store`], which may clone a foreign waker.
//!
//! tokio: a cloned `Waker` in an intrusive list; a clone counts a reference on the task.

use std::fmt;
use std::mem;
use std::task::{Context, Waker};

use crate::context::serve_if_seated;
use crate::event::Replaced;
use crate::id::Id;
use crate::polling;
use crate::remote::{HomeId, Letter, post};
use crate::task::{Key, Request};

/// Remembers who waits, to wake it later, once.
///
/// A task of ours that is being polled is remembered by its numbers: nothing is cloned, nothing is
/// dropped. For anybody else (a foreign executor, a combinator that makes wakers of its own) the
/// waker is cloned.
///
/// ```
/// use kettle_runtime::Parked;
/// use std::task::{Context, Waker};
///
/// let mut slot = None;
/// let cx = Context::from_waker(Waker::noop());
/// Parked::store(&mut slot, &cx);
/// assert!(slot.as_ref().is_some_and(|parked| parked.will_wake(&cx)));
/// slot.take().unwrap().wake();
/// ```
pub struct Parked(Who);

enum Who {
    /// A `Key` in its parts: the tag fits behind the index, and has room for an enum around it.
    Task {
        home: HomeId,
        index: u32,
        id: Id,
    },
    Waker(Waker),
}

impl Parked {
    /// Remembers the one who polls with `cx`.
    #[inline]
    pub fn new(cx: &Context<'_>) -> Parked {
        Parked(match polling::own_task(cx.waker()) {
            Some((home, Key { index, id })) => Who::Task { home, index, id },
            None => Who::Waker(cx.waker().clone()),
        })
    }

    /// The same by a clone of the waker, also for a task of ours: where no record tells that it
    /// waits, it should be seen that somebody holds it (`Event::PollEnd`).
    pub(crate) fn clone_of(waker: &Waker) -> Parked {
        Parked(Who::Waker(waker.clone()))
    }

    /// Remembers a task of ours.
    pub(crate) fn task(home: HomeId, Key { index, id }: Key) -> Parked {
        Parked(Who::Task { home, index, id })
    }

    /// Is this the one who polls with `cx`?
    #[inline]
    pub fn will_wake(&self, cx: &Context<'_>) -> bool {
        match (&self.0, polling::own_task(cx.waker())) {
            (Who::Task { id, .. }, Some((_, own))) => *id == own.id,
            (Who::Waker(waker), None) => waker.will_wake(cx.waker()),
            _ => false,
        }
    }

    /// Puts the one who polls with `cx` into `slot`, the newest in place of an older one. Says
    /// whose was replaced, and gives that one back: dropping a foreign waker is foreign code, to
    /// be run when no lock is held.
    #[inline]
    pub fn store(slot: &mut Option<Parked>, cx: &Context<'_>) -> (Replaced, Option<Parked>) {
        match slot {
            Some(old) if old.will_wake(cx) => (Replaced::Same, None),
            Some(old) => (Replaced::Other, Some(mem::replace(old, Parked::new(cx)))),
            None => {
                *slot = Some(Parked::new(cx));
                (Replaced::None, None)
            }
        }
    }

    /// Wakes it, from any thread. Not to be called with a lock held: a foreign waker may do
    /// anything, such as taking that lock.
    pub fn wake(self) {
        match self.0 {
            Who::Waker(waker) => waker.wake(),
            Who::Task { home, index, id } => {
                let key = Key { index, id };
                if !serve_if_seated(home, key, Request::Wake) {
                    // Refused: the home is gone. This wake happens once, it needs no `UnderWay`.
                    drop(post(home, Letter::Wake(key)));
                }
            }
        }
    }
}

impl fmt::Debug for Parked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Who::Task { id, .. } => f.debug_tuple("Parked").field(id).finish(),
            Who::Waker(waker) => f.debug_tuple("Parked").field(waker).finish(),
        }
    }
}
