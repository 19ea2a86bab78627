//! Which of several threads in `block_on` drives the runtime?
//!
//! The one that has taken its core. The others poll their own futures and wait, each with a parker.
//! When the core is put back, they are all woken, and the first to arrive takes it.
//!
//! Invariant: checking for the core and joining the waiting threads are one step under the lock,
//! and so are putting it back and taking the list of threads. Otherwise the core could come back
//! between the two, and a thread would sleep although no thread was driving the runtime. The loom
//! models in `tests/models` run this file unchanged.
//!
//! tokio: an atomic cell for the core, and a `Notify`.

use std::mem;

use futures_task::ArcWake;

use super::thread_parker::ThreadParker;
use crate::base::sync::{Arc, StateLock};

/// Where a runtime's core is while no thread drives it.
pub(super) struct CoreSlot<C>(StateLock<State<C>>);

struct State<C> {
    /// `None` while a thread drives the runtime.
    core: Option<C>,
    /// Threads that want to drive the runtime.
    waiting: Vec<Arc<ThreadParker>>,
}

impl<C> CoreSlot<C> {
    pub(super) fn new(core: C) -> CoreSlot<C> {
        CoreSlot(StateLock::new(State { core: Some(core), waiting: Vec::new() }))
    }

    pub(super) fn take(&self) -> Option<C> {
        self.0.lock().core.take()
    }

    /// Takes the core. If it isn't there, `parker` is woken when it is put back.
    pub(super) fn take_or_wait(&self, parker: &Arc<ThreadParker>) -> Option<C> {
        let mut state = self.0.lock();
        let core = state.core.take();
        if core.is_none() && !state.waiting.iter().any(|other| Arc::ptr_eq(other, parker)) {
            state.waiting.push(parker.clone());
        }
        core
    }

    pub(super) fn leave(&self, parker: &Arc<ThreadParker>) {
        self.0.lock().waiting.retain(|other| !Arc::ptr_eq(other, parker));
    }

    /// The thread that drove the runtime puts the core back for the next one.
    pub(super) fn put_back(&self, core: C) {
        let mut state = self.0.lock();
        debug_assert!(state.core.is_none(), "runtime/core_slot.rs: one thread has the core");
        state.core = Some(core);
        let waiting = mem::take(&mut state.waiting);
        drop(state);
        waiting.iter().for_each(ArcWake::wake_by_ref);
    }
}
