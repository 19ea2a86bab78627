//! What the inbox finds in the place of crossbeam's channel: a queue that brings no more order than
//! a channel must.
//!
//! A queue behind one of loom's locks would bring more: each look would see all that any sender did
//! before, and a wrong protocol would pass. Here, as in the channel, a sender takes a number,
//! writes its message there, and releases it. A look whether there is a message only compares
//! numbers, relaxed: it may be stale as long as nothing else has brought order. Receiving acquires
//! what that one sender has released. The messages themselves are in a lock of std's, which loom
//! does not see.

use std::array;
use std::sync::{Arc, Mutex};

use loom::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use loom::thread;

/// No scene sends more.
const MOST: usize = 4;

pub(crate) fn unbounded<M>() -> (Sender<M>, Receiver<M>) {
    let queue = Arc::new(Queue {
        sent: AtomicUsize::new(0),
        received: 0.into(),
        written: array::from_fn(|_| AtomicBool::new(false)),
        messages: array::from_fn(|_| Mutex::new(None)),
    });
    (Sender(queue.clone()), Receiver(queue))
}

struct Queue<M> {
    /// Numbers that are taken.
    sent: AtomicUsize,
    /// Only the receiver's thread asks for it, and changes it.
    received: std::sync::atomic::AtomicUsize,
    written: [AtomicBool; MOST],
    messages: [Mutex<Option<M>>; MOST],
}

impl<M> Queue<M> {
    fn received(&self) -> usize {
        self.received.load(Ordering::Relaxed)
    }

    fn len(&self) -> usize {
        self.sent.load(Ordering::Relaxed) - self.received()
    }
}

pub(crate) struct Sender<M>(Arc<Queue<M>>);

impl<M> Sender<M> {
    /// In these scenes the receiver outlives the senders.
    #[allow(clippy::unnecessary_wraps)]
    pub(crate) fn send(&self, message: M) -> Result<(), M> {
        let number = self.0.sent.fetch_add(1, Ordering::Relaxed);
        *self.0.messages[number].lock().unwrap() = Some(message);
        self.0.written[number].store(true, Ordering::Release);
        Ok(())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.len() == 0
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }
}

pub(crate) struct Receiver<M>(Arc<Queue<M>>);

impl<M> Receiver<M> {
    pub(crate) fn try_recv(&self) -> Option<M> {
        if self.0.len() == 0 {
            return None;
        }
        let number = self.0.received();
        while !self.0.written[number].load(Ordering::Acquire) {
            thread::yield_now();
        }
        self.0.received.store(number + 1, Ordering::Relaxed);
        self.0.messages[number].lock().unwrap().take()
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }
}
