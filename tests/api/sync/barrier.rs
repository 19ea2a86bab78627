//! `Barrier` and `BarrierWaitResult`.

use std::sync::Arc;
use std::task::{Context, Waker};

use kettle::sync::Barrier;

use crate::common::engine::{on_drop, runtime};
use crate::help::{Polled, waker_that};

#[test]
fn a_future_that_was_never_polled_has_not_come() {
    let barrier = Barrier::new(2);
    drop(barrier.wait());
    Polled::new(barrier.wait()).pending();
}

#[test]
fn it_prints() {
    assert!(format!("{:?}", Barrier::new(2)).starts_with("Barrier"));
    let result = Polled::new(Barrier::new(1).wait()).ready();
    assert_eq!(format!("{result:?}"), "BarrierWaitResult(true)");
}

#[test]
fn threads_meet() {
    let barrier = Barrier::new(3);
    let comes = || {
        let runtime = runtime();
        (0..50).filter(|_| runtime.block_on(barrier.wait()).is_leader()).count()
    };
    let leaders: usize = std::thread::scope(|scope| {
        let threads = [(); 3].map(|()| scope.spawn(comes));
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!(leaders, 50);
}

/// Comes to the barrier when it is woken and when it is dropped.
fn comes(barrier: &Arc<Barrier>) -> Waker {
    let [woken, dropped] = [(); 2].map(|()| {
        let barrier = barrier.clone();
        move || drop(Polled::new(barrier.wait()).poll())
    });
    let dropped = on_drop(dropped);
    waker_that(move || {
        let _is_kept = &dropped;
        woken();
    })
}

#[test]
#[cfg_attr(on_tokio, ignore = "tokio wakes under its lock, and hangs")]
fn a_waker_may_come_to_the_barrier_that_wakes_it() {
    let barrier = Arc::new(Barrier::new(3));
    let waker = comes(&barrier);
    let mut waits = Box::pin(barrier.wait());
    assert!(waits.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    drop(waker);
    Polled::new(barrier.wait()).pending();
    assert!(Polled::new(barrier.wait()).ready().is_leader());
    // Its waker has come twice since, once woken and once dropped.
    assert!(Polled::new(barrier.wait()).ready().is_leader());
    assert!(!Polled::new(waits).ready().is_leader());
}
