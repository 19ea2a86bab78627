//! The line: first come, first served, one wake each, and nobody gets past.

use std::task::Poll;

use kettle::sync::Mutex;

use super::{boxed, counting, now};
use crate::common::CountingWaker;

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
