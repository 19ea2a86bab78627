//! What does a waker point to, and what happens when somebody calls it?
//!
//! To a [`Header`]: a small shared value that names its task by home and [`Key`]. The home is the
//! engine, or the local set, that the task lives in.

use std::sync::Arc;
use std::sync::atomic::AtomicU32;

use futures_task::ArcWake;

use crate::context::serve_if_seated;
use crate::id::AtomicId;
use crate::letterbox::UnderWay;
use crate::remote::{Letter, Remote};
use crate::sync::{AtomicBool, Ordering};
use crate::task::{Key, Request};

/// What all wakers of one task share, its handles too.
pub(crate) struct Header {
    /// The task's home, as other threads know it.
    remote: Arc<Remote>,
    // The task's `Key` in its parts. Atomic, because `renew` has only `&self`.
    id: AtomicId,
    index: AtomicU32,
    /// Is a wake letter on its way? (`task.rs` takes that back when the letter is opened.)
    pub(crate) under_way: UnderWay,
    /// Was an abort letter posted? Never taken back: one is enough.
    abort: UnderWay,
    /// Has the task ended? Written by its engine, read by handles anywhere.
    done: AtomicBool,
}

impl Header {
    pub(crate) fn new(remote: Arc<Remote>, Key { id, index }: Key) -> Header {
        let (under_way, abort, done) = (UnderWay::new(), UnderWay::new(), AtomicBool::new(false));
        let (id, index) = (AtomicId::new(id), AtomicU32::new(index));
        Header { remote, id, index, under_way, abort, done }
    }

    /// Makes it that of a new task, as `new` would: the last one's is over. (The caller has made
    /// sure that nobody else holds it.)
    pub(crate) fn renew(&self, Key { id, index }: Key) {
        self.id.set(id);
        self.index.store(index, Ordering::Relaxed);
        self.under_way.forget();
        self.abort.forget();
        self.done.store(false, Ordering::Relaxed);
    }

    pub(crate) fn key(&self) -> Key {
        Key { id: self.id.get(), index: self.index.load(Ordering::Relaxed) }
    }

    pub(crate) fn remote(&self) -> &Arc<Remote> {
        &self.remote
    }

    pub(crate) fn set_done(&self) {
        self.done.store(true, Ordering::Release);
    }

    pub(crate) fn is_done(&self) -> bool {
        self.done.load(Ordering::Acquire)
    }

    /// Asks for the task's end, from any thread. The same rule as for a wake.
    pub(crate) fn cancel(&self) {
        if !serve_if_seated(self.remote.home, self.key(), Request::Cancel) && self.abort.claim() {
            // Refused: the home is gone, and its tasks with it.
            drop(self.remote.letters.post(Letter::Abort(self.key())));
        }
    }
}

/// What the waker does. (`ArcWake` makes a `Waker` out of an `Arc`, as `std::task::Wake` does.)
impl ArcWake for Header {
    /// Called on any thread, at any time.
    fn wake_by_ref(this: &Arc<Header>) {
        if !this.under_way.claim() {
            return; // somebody has woken it already
        }
        if !serve_if_seated(this.remote.home, this.key(), Request::Wake) {
            drop(this.remote.letters.post(Letter::Wake(this.key())));
        }
    }
}
