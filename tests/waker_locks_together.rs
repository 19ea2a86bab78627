//! May a waker use a primitive that serves all its waiters at once, while it is woken, replaced or
//! dropped?
//!
//! The same question as in `waker_locks.rs`, asked of each queue on which tasks wait for one thing:
//! of `watch`, `broadcast`, the cells, semaphores and notifies. In each case a waker asks the
//! primitive everything that needs its lock, and lets another future join and leave the very queue.
//! It must not wait for a lock that its caller holds, and the others must still be served.

mod common;

use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Wake, Waker};

use common::engine::within_a_minute;
use common::{CountingWaker, poll_once};
use kettle::sync::{Notify, OnceCell, Semaphore, SetOnce, broadcast, watch};

/// A waker that acts when it is woken, and when its last clone is dropped.
struct Acts {
    act: Arc<dyn Fn() + Send + Sync>,
    /// When it is dropped, or when it is woken?
    at_drop: bool,
}

impl Wake for Acts {
    fn wake(self: Arc<Self>) {
        if !self.at_drop {
            (self.act)();
        }
    }
}

impl Drop for Acts {
    fn drop(&mut self) {
        if self.at_drop {
            (self.act)();
        }
    }
}

/// What waits is replaced, dropped and served, with wakers that do `act` meanwhile.
fn hostile<F: Future>(
    mut waits: impl FnMut() -> F,
    act: impl Fn() + Send + Sync + 'static,
    comes: impl FnOnce(),
) {
    let acts = Arc::new(AtomicUsize::new(0));
    let counting = acts.clone();
    let act: Arc<dyn Fn() + Send + Sync> = Arc::new(move || {
        act();
        counting.fetch_add(1, Ordering::SeqCst);
    });
    // Polls with a waker of which only the stored clone is left then.
    let wait = |future: &mut Pin<Box<F>>, at_drop: bool| {
        let waker = Waker::from(Arc::new(Acts { act: act.clone(), at_drop }));
        assert!(future.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    };
    let done = || acts.load(Ordering::SeqCst);

    let mut future = Box::pin(waits());
    wait(&mut future, true);
    assert_eq!(done(), 0, "one clone is stored");
    wait(&mut future, true);
    assert_eq!(done(), 1, "the first was replaced");
    drop(future);
    assert_eq!(done(), 2, "the second was dropped");

    let (mut future, mut other) = (Box::pin(waits()), Box::pin(waits()));
    wait(&mut future, false);
    let last = CountingWaker::new();
    assert!(last.poll(&mut other).is_pending());
    comes();
    assert_eq!((done(), last.wakes()), (3, 1), "both were woken");
    assert!(last.poll(&mut other).is_ready());
    assert!(last.poll(&mut future).is_ready());
}

#[test]
fn of_a_change() {
    within_a_minute(|| {
        let (tx, rx) = watch::channel(0);
        let (tx, rx) = (Arc::new(tx), Mutex::new(rx));
        let same = tx.clone();
        let act = move || {
            assert!(tx.receiver_count() > 0 && !tx.is_closed());
            poll_once(tx.subscribe().changed());
            poll_once(tx.closed());
        };
        let waits = || {
            let mut rx = rx.lock().unwrap().clone();
            async move { rx.changed().await }
        };
        hostile(waits, act, || same.send(1).unwrap());
    });
}

#[test]
fn of_the_watchers_end() {
    within_a_minute(|| {
        let (tx, rx) = watch::channel(0);
        let same = tx.clone();
        let act = move || {
            assert_eq!(*tx.borrow(), 0);
            assert!(tx.send_if_modified(|_| true));
            drop(tx.clone());
        };
        hostile(|| same.closed(), act, || drop(rx));
    });
}

#[test]
fn of_a_broadcast_value() {
    within_a_minute(|| {
        let (tx, rx) = broadcast::channel(4);
        let same = tx.clone();
        let act = move || {
            assert!(tx.len() <= 1 && tx.receiver_count() > 0);
            poll_once(tx.subscribe().recv());
            poll_once(tx.closed());
        };
        let waits = || {
            let mut rx = rx.resubscribe();
            async move { rx.recv().await }
        };
        hostile(waits, act, || assert!(same.send(1).is_ok()));
    });
}

#[test]
fn of_the_receivers_end() {
    within_a_minute(|| {
        let (tx, rx) = broadcast::channel::<u8>(4);
        let same = tx.clone();
        let act = move || {
            assert!(tx.is_empty());
            drop(tx.downgrade().upgrade());
        };
        hostile(|| same.closed(), act, || drop(rx));
    });
}

#[test]
fn of_a_cell() {
    within_a_minute(|| {
        let cell = Arc::new(OnceCell::new());
        let same = cell.clone();
        let (tx, rx) = kettle::sync::oneshot::channel();
        let mut first = Box::pin(cell.get_or_init(|| async { rx.await.unwrap() }));
        let noop = CountingWaker::new();
        assert!(noop.poll(&mut first).is_pending());
        let act = move || {
            assert!(same.set(9).is_err());
            // As the value comes, others still find it being computed, or there.
            let mut other = Box::pin(same.get_or_init(|| async { 9 }));
            assert_eq!(CountingWaker::new().poll(&mut other).is_ready(), same.initialized());
        };
        let comes = || {
            tx.send(1).unwrap();
            assert!(noop.poll(&mut first).is_ready());
        };
        hostile(|| cell.get_or_init(|| async { 9 }), act, comes);
    });
}

#[test]
fn of_a_value_that_is_set_once() {
    within_a_minute(|| {
        let cell = Arc::new(SetOnce::new());
        let same = cell.clone();
        let act = move || {
            let mut other = Box::pin(same.wait());
            assert_eq!(CountingWaker::new().poll(&mut other).is_ready(), same.initialized());
        };
        hostile(|| cell.wait(), act, || cell.set(1).unwrap());
    });
}

#[test]
fn of_permits() {
    for closes in [false, true] {
        within_a_minute(move || {
            let semaphore = Arc::new(Semaphore::new(0));
            let same = semaphore.clone();
            let act = move || {
                drop(same.try_acquire());
                assert_eq!(same.forget_permits(1), 0, "what comes is for the line");
            };
            let comes = || if closes { semaphore.close() } else { semaphore.add_permits(2) };
            hostile(|| semaphore.acquire(), act, comes);
        });
    }
}

#[test]
fn of_a_notification() {
    within_a_minute(|| {
        let notify = Arc::new(Notify::new());
        let same = notify.clone();
        hostile(
            || notify.notified(),
            move || poll_once(same.notified()),
            || notify.notify_waiters(),
        );
    });
}
