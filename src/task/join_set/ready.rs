//! How does a set learn which of its tasks have ended?
//!
//! It polls each member's join handle with a [`MemberWaker`], which knows the member's key. When
//! the task ends, this waker puts the key at the back of a queue and wakes the task that is
//! awaiting the set. So if one of a thousand tasks has ended, the set polls one handle.
//!
//! ```text
//!   a member ends ──▶ its waker: push the key, take the set's waker, unlock ──▶ wake
//!   poll of the set: pop a key ──▶ poll that handle
//!                    no key ──▶ store the set's waker, under the same lock ──▶ Pending
//! ```
//!
//! Interface: [`ReadySet`], [`member_waker`]. Invariants: checking for a key and storing the waker
//! are one step under the lock, and so are pushing a key and taking the waker; otherwise a key
//! pushed in between would wake nobody. Each end puts its key into the queue at least once. A late
//! call to a waker can add a key although no task has ended, so the set polls the handle. No waker
//! is cloned, called or dropped under the lock. An empty queue has freed the memory that a burst
//! needed.
//!
//! Not here: handles and outputs (`mod.rs`). The loom models (`tests/models/tests/threads`) compile
//! this file with loom's lock.
//!
//! tokio: `util/idle_notified_set.rs` moves entries between two intrusive lists.

use std::collections::VecDeque;
use std::sync::Arc;
use std::task::{Context, Wake, Waker};

use kettle_runtime::event::{SyncKind, Wait, is_watched};
use kettle_runtime::{Call, Id, WakerSlot, store_waker};

use crate::sync::primitives::StateLock;
use crate::sync::report::{Report, Reports};
use crate::sync::trim::trim;

const ONE_STEP: &str = "task/join_set/ready.rs: no waker is stored while there is a key";

/// The keys of members that have ended, in the order in which they ended.
pub(super) struct ReadySet {
    state: StateLock<State>,
    report: Report,
}

#[derive(Default)]
struct State {
    keys: VecDeque<usize>,
    /// The waker of the task that is awaiting the set.
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
    /// For a set that the caller is making.
    #[track_caller]
    pub(super) fn new() -> Arc<ReadySet> {
        let report = Report::new(SyncKind::JoinSet, 0);
        report.made();
        Arc::new(ReadySet { state: StateLock::default(), report })
    }

    /// The set's number in events, if this thread records or keeps what exists.
    pub(super) fn id(&self) -> Option<Id> {
        is_watched().then(|| self.report.called().sync)
    }

    /// Called when a member has ended: wakes the task that is awaiting the set.
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

    /// Takes the key of the member that ended first.
    pub(super) fn pop(&self) -> Option<usize> {
        self.state.lock().pop()
    }

    /// The same, but if there is no key, the next one will wake the waker of `cx`.
    pub(super) fn pop_or_wait(&self, wait: &mut Wait, cx: &Context<'_>) -> Option<usize> {
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

    /// Ends the wait for a member, and returns the waiting task's waker, to be dropped last.
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
        debug_assert!(self.keys.is_empty() || self.waiting.is_empty(), "{ONE_STEP}");
        let key = self.keys.pop_front();
        trim(&mut self.keys);
        key
    }
}
