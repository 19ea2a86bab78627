//! Which tasks of a set have ended, and how does the task that waits for them learn of it?
//!
//! Each member's join handle is polled with a waker of its own, a [`MemberWaker`], which knows the
//! member's key. Called, it puts the key at the back of a queue and wakes the task that awaits the
//! set. So if one of a thousand tasks has ended, the set polls one handle.
//!
//! ```text
//!   a member ends ──▶ its waker: push the key, take the set's waker, unlock ──▶ wake
//!   poll of the set: pop a key ──▶ poll that handle
//!                    none there ──▶ store the set's waker, under the same lock ──▶ Pending
//! ```
//!
//! Interface: [`ReadySet`], [`member_waker`]. Invariants: looking for a key and storing the waker
//! are one step under the lock, and so are pushing a key and taking the waker; otherwise a key
//! could come between the two and nothing would be woken. A key is in the queue at least once for
//! each end; it may be there for nothing, when a waker was called late, so the set looks again. No
//! waker is cloned, called or dropped under the lock. An empty queue has given back the memory of a
//! burst.
//!
//! Not here: handles and outputs (`mod.rs`). The model checker loom compiles this very file with
//! its own lock (`tests/models/tests/threads`).
//!
//! tokio: `util/idle_notified_set.rs`, two intrusive lists, between which an entry is moved.

use std::collections::VecDeque;
use std::sync::Arc;
use std::task::{Context, Wake, Waker};

use kettle_runtime::event::{Open, SyncKind, on};
use kettle_runtime::{Call, Id, WakerSlot, store_waker};

use crate::sync::primitives::Mutex;
use crate::sync::report::{Report, Reports};
use crate::sync::trim::trim;

/// The keys of members that have ended, in the order of their ends.
pub(super) struct ReadySet {
    state: Mutex<State>,
    report: Report,
}

#[derive(Default)]
struct State {
    keys: VecDeque<usize>,
    /// Of the task that awaits the set.
    waiting: WakerSlot,
}

/// The waker with which the handle of one member is polled.
struct MemberWaker {
    key: usize,
    set: Arc<ReadySet>,
}

pub(super) fn member_waker(set: &Arc<ReadySet>, key: usize) -> Waker {
    Waker::from(Arc::new(MemberWaker { key, set: set.clone() }))
}

impl Wake for MemberWaker {
    fn wake(self: Arc<MemberWaker>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<MemberWaker>) {
        self.set.push(self.key);
    }
}

impl ReadySet {
    /// Of a set that is made here.
    #[track_caller]
    pub(super) fn new() -> Arc<ReadySet> {
        let report = Report::new(SyncKind::JoinSet, 0);
        report.made();
        Arc::new(ReadySet { state: Mutex::default(), report })
    }

    /// What events call the set, where it is recorded.
    pub(super) fn id(&self) -> Option<Id> {
        on().then(|| self.report.called().sync)
    }

    /// A member has ended. Wakes the task that awaits the set.
    pub(super) fn push(&self, key: usize) {
        let mut state = self.state.lock();
        state.keys.push_back(key);
        let waiting = state.waiting.take();
        drop(state);
        if let Some(waiting) = waiting {
            self.report.serves([&waiting]);
            waiting.wake();
        }
    }

    /// The member that ended first of those that are left.
    pub(super) fn pop(&self) -> Option<usize> {
        self.state.lock().pop()
    }

    /// The same; if there is none, the waker of `cx` is called when there is one.
    pub(super) fn pop_or_wait(&self, wait: &mut Open, cx: &Context<'_>) -> Option<usize> {
        let popped = store_waker(cx, |clone| {
            let mut state = self.state.lock();
            if let Some(key) = state.pop() {
                wait.got();
                return Some(Ok(key));
            }
            let old = state.waiting.store(cx, clone)?;
            state.waiting.stored_for(self.report.waits_for_a_value(wait));
            Some(Err(old))
        });
        popped.ok()
    }

    /// Nothing asks for an end any more. A task that waited for one no longer does: its waker, to
    /// be dropped when all else is done.
    pub(super) fn leave(&self) -> Option<Call> {
        self.state.lock().waiting.take()
    }
}

#[cfg(test)]
impl ReadySet {
    pub(super) fn capacity(&self) -> usize {
        self.state.lock().keys.capacity()
    }
}

impl State {
    fn pop(&mut self) -> Option<usize> {
        let key = self.keys.pop_front();
        trim(&mut self.keys);
        key
    }
}
