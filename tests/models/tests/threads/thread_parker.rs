//! What the thread parker is put through, and each of its mutants.

use std::sync::Arc;

use futures_task::ArcWake;
use loom::sync::atomic::{AtomicUsize, Ordering};
use loom::thread;

use super::thread_parker::ThreadParker;

/// One thread writes something and wakes the sleeper, before it sleeps or while it does.
pub(crate) fn one_waker() {
    let parker = ThreadParker::new();
    let thing = Arc::new(AtomicUsize::new(0));
    let waker = wake(&parker, &thing);
    parker.park();
    assert_eq!(thing.load(Ordering::Relaxed), 1, "woken, but it cannot be seen why");
    waker.join().unwrap();
}

/// Two threads do. One wake may stand for both, and one may come late.
pub(crate) fn two_wakers() {
    let parker = ThreadParker::new();
    let things: [_; 2] = std::array::from_fn(|_| Arc::new(AtomicUsize::new(0)));
    let wakers = things.each_ref().map(|thing| wake(&parker, thing));
    while things.iter().any(|thing| thing.load(Ordering::Relaxed) == 0) {
        parker.park();
    }
    for waker in wakers {
        waker.join().unwrap();
    }
}

fn wake(parker: &Arc<ThreadParker>, thing: &Arc<AtomicUsize>) -> thread::JoinHandle<()> {
    let (parker, thing) = (parker.clone(), thing.clone());
    thread::spawn(move || {
        thing.store(1, Ordering::Relaxed);
        ArcWake::wake_by_ref(&parker);
    })
}
