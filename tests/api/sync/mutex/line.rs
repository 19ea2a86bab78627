//! The line: first come, first served, one wake each, and nobody gets past.

use std::sync::Arc;
use std::task::Poll;

use kettle::sync::Mutex;

use super::{boxed, counting, now, wakes};
use crate::common::CountingWaker;

#[test]
fn a_free_lock_is_taken_at_the_first_poll() {
    let mutex = Mutex::new(1);
    for _ in 0..3 {
        *now(mutex.lock()) += 1;
    }
    assert_eq!(mutex.into_inner(), 4);
}

#[test]
fn one_release_wakes_the_first_of_nine() {
    let mutex = Mutex::new(Vec::new());
    let mut guard = Some(now(mutex.lock()));
    let wakers = counting::<9>();
    let mut locks: Vec<_> = (0..9).map(|_| boxed(mutex.lock())).collect();
    for (waker, lock) in wakers.iter().zip(&mut locks) {
        assert!(waker.poll(lock).is_pending());
    }
    for turn in 0..9 {
        drop(guard.take());
        let expected: Vec<_> = (0..9).map(|other| usize::from(other <= turn)).collect();
        assert_eq!(wakes(&wakers), expected, "after {} releases", turn + 1);
        let Poll::Ready(mut next) = wakers[turn].poll(&mut locks[turn]) else {
            panic!("it was given the lock")
        };
        next.push(turn);
        guard = Some(next);
    }
    drop(guard);
    assert_eq!(wakes(&wakers), [1; 9]);
    drop(locks);
    assert_eq!(mutex.into_inner(), [0, 1, 2, 3, 4, 5, 6, 7, 8]);
}

#[test]
fn nobody_gets_past_the_first_in_line() {
    let mutex = Arc::new(Mutex::new(()));
    let guard = now(mutex.lock());
    let [first, second, late] = counting();
    let mut one = boxed(mutex.lock());
    let mut two = boxed(mutex.lock());
    assert!(first.poll(&mut one).is_pending());
    assert!(second.poll(&mut two).is_pending());
    drop(guard);
    // The lock is free, and the first's, though it has not run yet.
    assert!(mutex.try_lock().is_err());
    assert!(mutex.clone().try_lock_owned().is_err());
    assert!(late.poll(&mut boxed(mutex.lock())).is_pending());
    assert!(second.poll(&mut two).is_pending(), "polled out of turn");
    let guard = first.poll(&mut one);
    assert!(guard.is_ready());
    drop(guard);
    assert_eq!((first.wakes(), second.wakes(), late.wakes()), (1, 1, 0));
    assert!(second.poll(&mut two).is_ready());
    drop(two);
    assert!(mutex.try_lock().is_ok());
}

#[test]
fn a_poll_before_the_turn_comes_changes_nothing() {
    let mutex = Mutex::new(());
    let guard = now(mutex.lock());
    let waker = CountingWaker::new();
    let mut lock = boxed(mutex.lock());
    for _ in 0..3 {
        assert!(waker.poll(&mut lock).is_pending());
    }
    drop(guard);
    assert_eq!(waker.wakes(), 1);
    assert!(waker.poll(&mut lock).is_ready());
}

#[test]
fn only_the_latest_waker_is_woken() {
    let mutex = Mutex::new(());
    let guard = now(mutex.lock());
    let [old, new] = counting();
    let mut lock = boxed(mutex.lock());
    assert!(old.poll(&mut lock).is_pending());
    assert!(new.poll(&mut lock).is_pending());
    drop(guard);
    assert_eq!((old.wakes(), new.wakes()), (0, 1));
}

#[test]
fn a_waiter_that_leaves_the_middle_of_the_line_is_not_missed() {
    let mutex = Mutex::new(());
    let guard = now(mutex.lock());
    let wakers = counting::<3>();
    let mut locks: Vec<_> = (0..3).map(|_| boxed(mutex.lock())).collect();
    for (waker, lock) in wakers.iter().zip(&mut locks) {
        assert!(waker.poll(lock).is_pending());
    }
    drop(locks.remove(1));
    drop(guard);
    assert_eq!(wakes(&wakers), [1, 0, 0]);
    drop(wakers[0].poll(&mut locks[0]));
    assert_eq!(wakes(&wakers), [1, 0, 1]);
    assert!(wakers[2].poll(&mut locks[1]).is_ready());
}

#[test]
fn a_waiter_that_was_called_and_leaves_passes_the_lock_on() {
    let mutex = Mutex::new(());
    let guard = now(mutex.lock());
    let wakers = counting::<3>();
    let mut locks: Vec<_> = (0..3).map(|_| boxed(mutex.lock())).collect();
    for (waker, lock) in wakers.iter().zip(&mut locks) {
        assert!(waker.poll(lock).is_pending());
    }
    drop(guard);
    for called in 0..3 {
        let expected: Vec<_> = (0..3).map(|other| usize::from(other <= called)).collect();
        assert_eq!(wakes(&wakers), expected);
        assert!(mutex.try_lock().is_err());
        drop(locks.remove(0));
    }
    assert!(mutex.try_lock().is_ok(), "the last gave it back to everybody");
}

#[test]
fn a_waiter_that_leaves_while_the_lock_is_held_wakes_nobody() {
    let mutex = Mutex::new(());
    let guard = now(mutex.lock());
    let [first, second] = counting();
    let mut one = boxed(mutex.lock());
    let mut two = boxed(mutex.lock());
    assert!(first.poll(&mut one).is_pending());
    assert!(second.poll(&mut two).is_pending());
    drop(one);
    assert_eq!((first.wakes(), second.wakes()), (0, 0));
    drop(guard);
    assert_eq!((first.wakes(), second.wakes()), (0, 1));
    assert!(second.poll(&mut two).is_ready());
}

#[test]
fn the_first_may_come_before_it_is_called() {
    // Woken by something else just after the release: it takes the lock, and its old call is void.
    let mutex = Mutex::new(());
    let guard = now(mutex.lock());
    let [first, second] = counting();
    let (mut one, mut two) = (boxed(mutex.lock()), boxed(mutex.lock()));
    assert!(first.poll(&mut one).is_pending());
    assert!(second.poll(&mut two).is_pending());
    drop(guard);
    let Poll::Ready(guard) = first.poll(&mut one) else { panic!("its turn") };
    assert!(second.poll(&mut two).is_pending());
    drop(guard);
    assert_eq!((first.wakes(), second.wakes()), (1, 1));
}

#[test]
fn a_long_line_is_served_to_its_end() {
    const LONG: usize = if cfg!(miri) { 100 } else { 10_000 };
    let mutex = Mutex::new(0);
    let mut guard = Some(now(mutex.lock()));
    let waker = CountingWaker::new();
    let mut locks: Vec<_> = (0..LONG).map(|_| boxed(mutex.lock())).collect();
    for lock in &mut locks {
        assert!(waker.poll(lock).is_pending());
    }
    for (turn, lock) in locks.iter_mut().enumerate() {
        drop(guard.take());
        assert_eq!(waker.wakes(), turn + 1);
        let Poll::Ready(mut next) = waker.poll(lock) else { panic!("turn {turn}") };
        *next += 1;
        guard = Some(next);
    }
    drop((guard, locks));
    assert_eq!(mutex.into_inner(), LONG);
}

#[kettle::test]
async fn a_task_that_locks_for_ever_lets_others_run() {
    let mutex = Mutex::new(0);
    let mut polls = 0;
    let mut all = boxed(async {
        for _ in 0..1000 {
            *mutex.lock().await += 1;
        }
    });
    std::future::poll_fn(|cx| {
        polls += 1;
        all.as_mut().poll(cx)
    })
    .await;
    drop(all);
    assert_eq!((mutex.into_inner(), polls), (1000, 8), "128 units of budget in each poll");
}
