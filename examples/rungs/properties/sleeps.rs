//! Rung 5: a sleep is an entry in a list.

use std::collections::HashSet;
use std::pin::pin;
use std::task::Poll;
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use super::kit::*;

const HOUR: Duration = Duration::from_hours(1);
pub(super) const SLEEPS: usize = 100;

/// Which threads call the wakers of a hundred sleeps.
pub fn threads_that_end_sleeps<S: Tasks>() -> HashSet<ThreadId> {
    let (waker, caller) = caller();
    S::block_on(async {
        let sleep = |number| Box::pin(S::sleep(Duration::from_millis(number as u64 % 6)));
        let mut sleeps: Vec<_> = (0..SLEEPS).map(sleep).collect();
        let polls = sleeps.iter_mut().map(|sleep| poll(sleep.as_mut(), &waker));
        let waiting = polls.filter(Poll::is_pending).count();
        while caller.calls() < waiting {
            S::sleep(Duration::from_millis(5)).await;
        }
    });
    let threads = caller.0.lock().unwrap();
    threads.iter().copied().collect()
}

pub(super) fn ended_by_the_loop<S: Tasks>() {
    let mut others = threads_that_end_sleeps::<S>();
    others.remove(&thread::current().id());
    assert_eq!(others.len(), 0, "other threads that call the wakers of {SLEEPS} sleeps");
}

pub(super) fn a_sleep_that_is_due<S: Rung>() {
    let (waker, caller) = caller();
    S::block_on(async {
        let is_ready = poll(pin!(S::sleep(Duration::ZERO)), &waker).is_ready();
        assert!(
            is_ready,
            "the first poll of a sleep of no time\n  got:      `Pending`\n  \
             expected: `Ready`: a poll compares the clock with the deadline first"
        );
        assert_eq!(clones_of(&caller), 0, "wakers that it keeps although it was ready at once");
    });
}

pub(super) fn each_at_its_own_time<S: Tasks>() {
    let (waker, caller) = caller();
    S::block_on(async {
        let mut hour = pin!(S::sleep(HOUR));
        assert!(poll(hour.as_mut(), &waker).is_pending(), "a sleep of an hour is ready at once");
        for _ in 0..3 {
            S::sleep(Duration::from_millis(5)).await;
        }
        let calls = caller.calls();
        assert_eq!(calls, 0, "wakes of a sleep of an hour after three short ones have ended");
    });
}

/// So near to each other, by a clock of nanoseconds, that many have the same deadline.
pub(super) fn at_the_same_time<S: Tasks>() {
    let (waker, caller) = caller();
    S::block_on(async {
        let end = Instant::now() + Duration::from_millis(20);
        let sleep = |_| Box::pin(S::sleep(end.saturating_duration_since(Instant::now())));
        let mut sleeps: Vec<_> = (0..1_000).map(sleep).collect();
        let polls = sleeps.iter_mut().map(|sleep| poll(sleep.as_mut(), &waker));
        let waiting = polls.filter(Poll::is_pending).count();
        S::sleep(Duration::from_millis(20)).await;
        let woken = caller.calls();
        assert_eq!(woken, waiting, "wakes of sleeps that waited until the same moment, or nearly");
    });
}

/// How many clones of its waker a sleep of an hour leaves behind when it is dropped.
pub fn left_by_a_dropped_sleep<S: Tasks>() -> usize {
    let (waker, caller) = caller();
    S::block_on(async {
        let mut sleep = Box::pin(S::sleep(HOUR));
        assert!(poll(sleep.as_mut(), &waker).is_pending(), "a sleep of an hour is ready at once");
        assert_eq!(clones_of(&caller), 1, "wakers that a sleep keeps while it waits");
        drop(sleep);
        clones_of(&caller)
    })
}

pub(super) fn a_dropped_sleep<S: Tasks>() {
    assert_eq!(left_by_a_dropped_sleep::<S>(), 0, "wakers that a dropped sleep leaves behind");
    // One whose time is over, and the loop has not looked since.
    let (waker, caller) = caller();
    S::block_on(async {
        let mut sleep = Box::pin(S::sleep(Duration::from_millis(1)));
        let _ = poll(sleep.as_mut(), &waker);
        thread::sleep(Duration::from_millis(2));
        drop(sleep);
        assert_eq!(clones_of(&caller), 0, "wakers left by a sleep that is dropped when it is due");
    });
}

pub(super) fn a_sleep_that_outlives<S: Tasks>() {
    let ((waker, caller), mut place) = (caller(), None);
    S::block_on(async {
        let sleep = place.insert(Box::pin(S::sleep(HOUR)));
        assert!(poll(sleep.as_mut(), &waker).is_pending(), "a sleep of an hour is ready at once");
    });
    let panic = panics_in(|| drop(place));
    assert_eq!(panic, None, "a panic in the drop of a sleep after `block_on` has returned");
    assert_eq!(clones_of(&caller), 0, "wakers that it leaves behind");
}
