//! What does a waker point to, and what happens when somebody calls it?
//!
//! To a [`Header`]: a small shared value that names its task by home and [`Key`]. Calling the
//! waker follows the one rule (`remote.rs`): if the home is seated on this thread, the task is
//! woken at once; otherwise a letter goes to that home; if the home is gone, nothing happens.
//!
//! A poll lends the header's waker (`waker_ref`): no reference is counted unless somebody keeps
//! it. Our own primitives count none even when they remember who waits: see `parked.rs`.
//!
//! Interface: [`Header`]. Invariants: a header is one task's until it is renewed (`headers.rs`).
//! After the task's end a waker is stale, not dangling: its `Id` finds nothing, or a `Done` task.
//!
//! Not here: what a wake does to the task's state (`task.rs`), letters (`letterbox.rs`).
//!
//! tokio: the waker is a pointer to the task itself, reference-counted by hand
//! (`runtime/task/waker.rs`).

use std::sync::Arc;
use std::sync::atomic::AtomicU32;

use futures_task::ArcWake;

use crate::context::serve_if_seated;
use crate::id::AtomicId;
use crate::letterbox::UnderWay;
use crate::remote::{Letter, Remote};
use crate::sync::{AtomicBool, Ordering};
use crate::task::{Key, Request};

/// What all wakers of one task share: 24 bytes, 40 with the counts of the `Arc`.
pub(crate) struct Header {
    remote: Arc<Remote>,
    // A `Key` in its parts: the flags fit behind the index. Atomic, for `renew` has only `&self`.
    id: AtomicId,
    index: AtomicU32,
    /// Is a wake letter from abroad on its way?
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

    /// Makes it that of a new task. The caller has made sure that nobody else holds it.
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

    /// Asks for the task's end, from anywhere.
    pub(crate) fn cancel(&self) {
        if !serve_if_seated(self.remote.home, self.key(), Request::Cancel) && self.abort.claim() {
            // Refused: the home is gone, and its tasks with it.
            drop(self.remote.letters.post(Letter::Abort(self.key())));
        }
    }
}

impl ArcWake for Header {
    fn wake_by_ref(this: &Arc<Header>) {
        let served = serve_if_seated(this.remote.home, this.key(), Request::Wake);
        if !served && this.under_way.claim() {
            drop(this.remote.letters.post(Letter::Wake(this.key())));
        }
    }
}
