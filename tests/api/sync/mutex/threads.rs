//! Several threads at one lock. Two at a time in it would lose increments; a lost wake-up shows as
//! a test that does not end.

use std::sync::Arc;
use std::task::Poll;
use std::thread;

use kettle::sync::Mutex;

use crate::common::engine::runtime;
use crate::help::{Polled, rounds};

const EACH: u32 = if cfg!(miri) { 100 } else { 20_000 };

/// Adds one in two steps, so that two at a time would lose one.
fn add_one(value: &mut (u32, u32)) {
    value.0 += 1;
    let seen = value.1;
    std::hint::spin_loop();
    value.1 = seen + 1;
}

#[test]
fn those_who_give_up_and_those_who_only_try_lose_nobody_elses_wake_up() {
    let mutex = Arc::new(Mutex::new((0, 0)));
    let waits = || {
        (0..EACH).for_each(|_| add_one(&mut mutex.clone().blocking_lock_owned()));
        EACH
    };
    let gives_up = || {
        let taken = (0..EACH).filter_map(|round| {
            let guard = if round % 3 == 0 {
                mutex.try_lock().ok()
            } else if let Poll::Ready(guard) = Polled::new(mutex.lock()).poll() {
                Some(guard)
            } else {
                None
            };
            guard.map(|mut guard| add_one(&mut guard))
        });
        u32::try_from(taken.count()).unwrap()
    };
    let taken: u32 = thread::scope(|scope| {
        let waiting = [(); 2].map(|()| scope.spawn(waits));
        let giving_up = [(); 2].map(|()| scope.spawn(gives_up));
        waiting.into_iter().chain(giving_up).map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!(*mutex.try_lock().expect("nobody is left in line"), (taken, taken));
}

#[test]
fn two_runtimes_share_a_lock() {
    let each = rounds(2_000);
    let mutex = Mutex::new((0, 0));
    let add = async || {
        for _ in 0..each {
            let mut guard = mutex.lock().await;
            kettle::task::yield_now().await;
            add_one(&mut guard);
        }
    };
    thread::scope(|scope| {
        scope.spawn(|| runtime().block_on(add()));
        runtime().block_on(add());
    });
    assert_eq!(*mutex.try_lock().unwrap(), (2 * each, 2 * each));
}
