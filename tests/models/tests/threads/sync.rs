//! What `letterbox.rs`, `parker.rs`, `readiness.rs` and `turn.rs` find under `crate::sync` here:
//! loom's atomics, lock and threads, and a channel and a bell that promise as little as the protocol
//! may rely on.
//!
//! The channel orders nothing but each letter with its own opening. Whether there are letters is
//! read from a relaxed count, so a look may come too early; a lock that loom knows of would order
//! all senders and looks with each other, and hide a missing fence. (crossbeam-channel promises
//! more, and not in writing.)

use std::cell::Cell;
use std::collections::VecDeque;
use std::mem;
use std::sync::{Arc, Mutex as Unmodelled};

use loom::sync::{Condvar, MutexGuard};

pub(crate) use loom::sync::atomic::{AtomicBool, AtomicUsize, Ordering, fence};

const CLOSED: usize = 1 << 16;
/// No scene writes more.
const LETTERS: usize = 4;

pub(crate) struct Sender<L>(Arc<Channel<L>>);

pub(crate) struct Receiver<L> {
    channel: Arc<Channel<L>>,
    received: Cell<usize>,
}

struct Channel<L> {
    /// How many were sent, and [`CLOSED`].
    sent: AtomicUsize,
    /// Never held across anything that loom sees, so it adds no order.
    letters: Unmodelled<VecDeque<(usize, L)>>,
    /// One for each letter: carries what its sender did before to whoever opens it, and to nobody
    /// else.
    seals: [AtomicBool; LETTERS],
    sealed: std::sync::atomic::AtomicUsize,
}

#[derive(Debug)]
pub(crate) struct Refused<L>(pub(crate) L);

pub(crate) fn unbounded<L>() -> (Sender<L>, Receiver<L>) {
    let channel = Arc::new(Channel {
        sent: AtomicUsize::new(0),
        letters: Unmodelled::default(),
        seals: std::array::from_fn(|_| AtomicBool::new(false)),
        sealed: 0.into(),
    });
    (Sender(channel.clone()), Receiver { channel, received: Cell::new(0) })
}

impl<L> Sender<L> {
    pub(crate) fn send(&self, letter: L) -> Result<(), Refused<L>> {
        let seal = self.0.sealed.fetch_add(1, Ordering::Relaxed);
        self.0.seals[seal].store(true, Ordering::Release);
        if self.0.sent.fetch_add(1, Ordering::Relaxed) >= CLOSED {
            return Err(Refused(letter));
        }
        // Loom switches threads before an atomic operation, not after it: count and letter are one.
        self.0.letters.lock().unwrap().push_back((seal, letter));
        Ok(())
    }
}

impl<L> Receiver<L> {
    pub(crate) fn try_recv(&self) -> Result<L, ()> {
        if self.is_empty() {
            return Err(());
        }
        let (seal, letter) =
            self.channel.letters.lock().unwrap().pop_front().expect("it has been counted");
        // A swap reads the last store, where a load might read the first.
        assert!(self.channel.seals[seal].swap(false, Ordering::Acquire));
        self.received.set(self.received.get() + 1);
        Ok(letter)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(crate) fn len(&self) -> usize {
        self.channel.sent.load(Ordering::Relaxed) - self.received.get()
    }
}

impl<L> Drop for Receiver<L> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return; // the run is over, and loom takes no more calls
        }
        self.channel.sent.fetch_or(CLOSED, Ordering::Relaxed);
        let unopened = mem::take(&mut *self.channel.letters.lock().unwrap());
        drop(unopened);
    }
}

/// Stays rung until somebody hears it.
pub(crate) struct Bell {
    rung: Mutex<bool>,
    sleeper: Condvar,
    /// How often, for the count at the end.
    rings: std::sync::atomic::AtomicUsize,
}

impl Bell {
    pub(crate) fn new() -> Bell {
        Bell { rung: Mutex::new(false), sleeper: Condvar::new(), rings: 0.into() }
    }

    pub(crate) fn ring(&self) {
        self.rings.fetch_add(1, Ordering::Relaxed);
        *self.rung.lock() = true;
        self.sleeper.notify_one();
    }

    /// Sleeps until it is rung.
    pub(crate) fn wait(&self) {
        let mut rung = self.rung.lock();
        while !mem::take(&mut *rung) {
            rung = self.sleeper.wait(rung).unwrap();
        }
    }

    /// Hears it without sleeping.
    pub(crate) fn hear(&self) {
        *self.rung.lock() = false;
    }

    pub(crate) fn rings(&self) -> usize {
        self.rings.load(Ordering::Relaxed)
    }
}

/// A lock that never blocks here without being released, so that its result says nothing.
#[derive(Default)]
pub(crate) struct Mutex<T>(loom::sync::Mutex<T>);

impl<T> Mutex<T> {
    pub(crate) fn new(value: T) -> Mutex<T> {
        Mutex(loom::sync::Mutex::new(value))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock().expect("no thread of a scene panics and goes on")
    }
}

/// `park` and `unpark`. Loom has its own, but its `unpark` ends any wait of that thread, a join's
/// too.
pub(crate) mod thread {
    use std::sync::Arc;

    use super::Bell;

    #[derive(Clone)]
    pub(crate) struct Thread(Arc<Bell>);

    loom::thread_local! {
        static ME: Thread = Thread(Arc::new(Bell::new()));
    }

    pub(crate) fn current() -> Thread {
        ME.with(Clone::clone)
    }

    pub(crate) fn park() {
        current().0.wait();
    }

    impl Thread {
        pub(crate) fn unpark(&self) {
            self.0.ring();
        }
    }
}

/// The line of a mutex, as it is. It is plain data; its lock is above.
#[allow(dead_code)] // what the channels use of it
#[path = "../../../../src/sync/wait_list.rs"]
pub(crate) mod wait_list;

#[allow(dead_code)] // as above
#[path = "../../../../src/sync/waker_slot.rs"]
mod waker_slot;

pub(crate) mod primitives {
    pub(crate) use super::{AtomicBool, Mutex, Ordering, fence};
}
