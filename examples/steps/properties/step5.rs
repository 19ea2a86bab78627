//! Step 5: a sleep is an entry in a list.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::future::poll_fn;
use std::marker::PhantomData;
use std::pin::pin;
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::task::{Poll, Wake, Waker};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use super::kit::*;
use super::step2::{stat, until_asleep};
use super::step3::*;

pub fn step5<S: Tasks>() -> Vec<Property> {
    properties![
        ended_by_the_loop "a hundred sleeps are ended by the thread that polls the tasks"
        a_sleep_that_is_due "a sleep that is due is ready at once, and keeps no waker"
        each_at_its_own_time "a sleep ends while a longer one goes on, which is not woken for that"
        never_called_early "the waker of a sleep is not called before its time, whatever else is due"
        at_the_same_time "sleeps that end at the same time are all woken"
        a_sleep_that_is_kept "a sleep calls its waker once, however long it is kept after that"
        a_dropped_sleep "a sleep that is dropped leaves nothing behind"
        a_sleep_that_outlives "a sleep may be dropped after its runtime has ended"
        the_newest_waker "a sleep wakes the task that polled it last"
        many_wakes_are_one_turn "a thousand tasks that a thread has woken are polled, and then the thread sleeps"
        the_last_millisecond "the thread sleeps until the deadline, not until its last part of a millisecond"
    ]
}

pub(super) const SLEEPS: usize = 100;

/// Which threads call the wakers of a hundred sleeps.
pub fn threads_that_end_sleeps<S: Tasks>() -> HashSet<ThreadId> {
    let (waker, caller) = caller();
    S::block_on(async {
        let sleep = |number| Box::pin(S::sleep(Duration::from_millis(number as u64 % 6)));
        let mut sleeps: Vec<_> = (0..SLEEPS).map(sleep).collect();
        let polls = sleeps.iter_mut().map(|sleep| poll(sleep.as_mut(), &waker));
        let waiting = polls.filter(Poll::is_pending).count();
        while caller.0.lock().unwrap().len() < waiting {
            S::sleep(Duration::from_millis(5)).await;
        }
    });
    let threads = caller.0.lock().unwrap();
    threads.iter().copied().collect()
}

/// A wake leaves a token, which one sleep uses up: many are not counted.
pub(super) fn many_wakes_are_one_turn<S: Tasks>() {
    const TASKS: usize = 1_000;
    let Some(Watching { accesses, .. }) = WATCHING.get() else { return };
    let uses = S::block_on(async {
        let (wakers, last) = (Rc::<RefCell<Vec<Waker>>>::default(), Rc::new(Cell::new(0)));
        for _ in 0..TASKS {
            let (wakers, last, mut is_woken) = (Rc::clone(&wakers), Rc::clone(&last), false);
            S::spawn(poll_fn(move |cx| {
                if std::mem::replace(&mut is_woken, true) {
                    last.set(accesses());
                    return Poll::Ready(());
                }
                wakers.borrow_mut().push(cx.waker().clone());
                Poll::Pending
            }));
        }
        yield_now().await;
        let all = wakers.take();
        thread::spawn(move || all.into_iter().for_each(Waker::wake)).join().unwrap();
        let mut helper = None;
        poll_fn(|cx| {
            if helper.is_some() {
                return Poll::Ready(());
            }
            let (waker, stat) = (cx.waker().clone(), stat());
            helper = Some(thread::spawn(move || {
                until_asleep(stat.as_deref());
                waker.wake();
            }));
            Poll::Pending
        })
        .await;
        accesses() - last.get()
    });
    assert!(
        uses < TASKS / 2,
        "uses of locks and atomics after a thread has woken {TASKS} tasks, from the poll of the last of them until the \
         thread was seen asleep\n  came:     {uses}\n  expected: a few: it sleeps when all are polled. (A wake that is counted \
         is a turn of the loop for each, with nothing to poll. It is enough to know that there was one.)"
    );
}

pub(super) fn ended_by_the_loop<S: Tasks>() {
    let mut others = threads_that_end_sleeps::<S>();
    others.remove(&thread::current().id());
    assert_eq!(others.len(), 0, "other threads that call the wakers of {SLEEPS} sleeps");
}

pub(super) fn a_sleep_that_is_due<S: Step>() {
    let (waker, caller) = caller();
    S::block_on(async {
        for _ in 0..SLEEPS {
            let mut sleep = pin!(S::sleep(Duration::ZERO));
            let is_ready = poll(sleep.as_mut(), &waker).is_ready();
            assert!(
                is_ready,
                "the first poll of a sleep of no time\n  came:     `Pending`\n  expected: `Ready`: a poll compares the clock with the deadline first"
            );
            assert_eq!(clones_of(&caller), 0, "wakers that are kept of one that was ready at once");
        }
    });
}

/// Notes when it is called.
#[derive(Default)]
struct When(Mutex<Option<Instant>>);

impl Wake for When {
    fn wake(self: Arc<Self>) {
        self.0.lock().unwrap().get_or_insert_with(Instant::now);
    }
}

pub(super) fn never_called_early<S: Tasks>() {
    S::block_on(async {
        let sleeps = (0..200).map(|number| {
            let (long, when) = (Duration::from_micros(3_000 + number * 50), Arc::<When>::default());
            let (begin, mut sleep) = (Instant::now(), Box::pin(S::sleep(long)));
            let waits = poll(sleep.as_mut(), &Waker::from(Arc::clone(&when))).is_pending();
            (begin + long, when, waits, sleep)
        });
        let sleeps: Vec<_> = sleeps.collect();
        S::sleep(Duration::from_millis(20)).await;
        for (due, when, waits, _) in &sleeps {
            let called = *when.0.lock().unwrap();
            let early = called.map(|called| due.saturating_duration_since(called));
            assert!(
                early.is_none_or(|early| early.is_zero()) || !waits,
                "the waker of a sleep was called {early:?} before its time, when others were due: its task is polled for nothing, and \
                 again and again until then"
            );
        }
    });
}

/// So near to each other, by a clock of nanoseconds, that many have the same deadline.
pub(super) fn at_the_same_time<S: Tasks>() {
    some_are_dropped::<S>();
    let (waker, caller) = caller();
    S::block_on(async {
        let end = Instant::now() + Duration::from_millis(20);
        let sleep = |_| Box::pin(S::sleep(end.saturating_duration_since(Instant::now())));
        let mut sleeps: Vec<_> = (0..1_000).map(sleep).collect();
        let polls = sleeps.iter_mut().map(|sleep| poll(sleep.as_mut(), &waker));
        let waiting = polls.filter(Poll::is_pending).count();
        S::sleep(Duration::from_millis(20)).await;
        let woken = caller.0.lock().unwrap().len();
        assert_eq!(woken, waiting, "wakes of sleeps that waited until the same time, or nearly");
    });
    // (Longer ones, if the machine was so busy that they were over at once.)
    assert!(
        [1, 20, 400].iter().any(|&milliseconds| both_at_once::<S>(milliseconds)),
        "a sleep is over too early"
    );
}

/// Each second one of such sleeps is dropped.
fn some_are_dropped<S: Tasks>() {
    let (waker, caller) = caller();
    S::block_on(async {
        let end = Instant::now() + Duration::from_millis(20);
        let sleep = |_| Box::pin(S::sleep(end.saturating_duration_since(Instant::now())));
        let mut sleeps: Vec<_> = (0..1_000).map(sleep).collect();
        let polls = sleeps.iter_mut().map(|sleep| poll(sleep.as_mut(), &waker).is_pending());
        let waits: Vec<_> = polls.collect();
        let kept: Vec<_> = sleeps.into_iter().step_by(2).collect();
        S::sleep(Duration::from_millis(20)).await;
        let waiting = waits.iter().step_by(2).filter(|&&waits| waits).count();
        let woken = caller.0.lock().unwrap().len();
        assert!(
            woken >= waiting && kept.len() == 500,
            "wakes of {waiting} sleeps, when as many others with the same deadlines, or nearly, were dropped\n  came:     {woken}\n  \
             expected: at least {waiting}: sleeps with the same deadline have an entry each"
        );
    });
}

/// Two sleeps are due when the loop looks: the first one's waker asks for a poll, and before that the second one's is
/// called, too.
fn both_at_once<S: Tasks>(milliseconds: u64) -> bool {
    let (waker, caller) = caller();
    let sleep = |more| Box::pin(S::sleep(Duration::from_millis(milliseconds + more)));
    S::block_on(async {
        let (mut first, mut second) = (sleep(0), sleep(1));
        let mut waits = None;
        poll_fn(|cx| {
            if waits.is_none() {
                let both = poll(first.as_mut(), cx.waker()).is_pending() && poll(second.as_mut(), &waker).is_pending();
                waits = Some(both);
                thread::sleep(Duration::from_millis(milliseconds + 2));
                return if both { Poll::Pending } else { Poll::Ready(()) };
            }
            let calls = caller.0.lock().unwrap().len();
            assert_eq!(calls, 1, "calls of the second waker, when two sleeps were due and the first one's task is polled");
            Poll::Ready(())
        })
        .await;
        waits == Some(true)
    })
}

pub(super) fn each_at_its_own_time<S: Tasks>() {
    let (waker, caller) = caller();
    S::block_on(async {
        let mut hour = Box::pin(S::sleep(Duration::from_hours(1)));
        assert!(poll(hour.as_mut(), &waker).is_pending(), "a sleep of an hour is ready at once");
        for _ in 0..3 {
            S::sleep(Duration::from_millis(5)).await;
        }
        let calls = caller.0.lock().unwrap().len();
        assert_eq!(calls, 0, "wakes of a sleep of an hour, when three short ones have ended");
    });
}

pub(super) fn a_sleep_that_is_kept<S: Tasks>() {
    let (waker, caller) = caller();
    S::block_on(async {
        let mut sleep = Box::pin(S::sleep(Duration::from_millis(5)));
        let waits = poll(sleep.as_mut(), &waker).is_pending();
        for _ in 0..5 {
            S::sleep(Duration::from_millis(5)).await;
        }
        let calls = caller.0.lock().unwrap().len();
        assert!(
            calls <= usize::from(waits),
            "the waker was called {calls} times: who calls it keeps it"
        );
    });
}

/// How many clones of its waker a sleep of an hour leaves behind when it is dropped.
pub fn left_by_a_dropped_sleep<S: Tasks>() -> usize {
    let (waker, caller) = caller();
    S::block_on(async {
        let mut sleep = Box::pin(S::sleep(Duration::from_hours(1)));
        assert!(poll(sleep.as_mut(), &waker).is_pending(), "a sleep of an hour is ready at once");
        assert_eq!(clones_of(&caller), 1, "wakers that a sleep keeps while it waits");
        drop(sleep);
        clones_of(&caller)
    })
}

/// A waker's data, which calls `spawn` when it is dropped.
struct Spawns<S: Tasks>(PhantomData<fn() -> S>);

/// A waker that does.
pub(super) fn spawning<S: Tasks>() -> Waker {
    Waker::from(Arc::new(Spawns::<S>(PhantomData)))
}

impl<S: Tasks> Wake for Spawns<S> {
    fn wake(self: Arc<Self>) {}
}

impl<S: Tasks> Drop for Spawns<S> {
    fn drop(&mut self) {
        S::spawn(async {});
    }
}

pub(super) fn a_dropped_sleep<S: Tasks>() {
    assert_eq!(left_by_a_dropped_sleep::<S>(), 0, "wakers that a dropped sleep leaves behind");
    // Its time is over, and the loop has not looked since.
    let (waker, caller) = caller();
    S::block_on(async {
        let long = Duration::from_millis(1);
        let mut sleep = Box::pin(S::sleep(long));
        let (_, made) = (poll(sleep.as_mut(), &waker), Instant::now());
        while made.elapsed() <= long {
            thread::yield_now();
        }
        drop(sleep);
        let left = clones_of(&caller);
        assert_eq!(
            left, 0,
            "wakers that a sleep leaves behind which is dropped when its time is over, and was not called yet"
        );
    });
    let panic = panics_in(|| {
        S::block_on(async {
            let mut sleep = Box::pin(S::sleep(Duration::from_hours(1)));
            for _ in 0..2 {
                let _ = poll(sleep.as_mut(), &spawning::<S>());
            }
            drop(sleep);
        });
    });
    assert_eq!(
        panic, None,
        "the panic of a waker that calls `spawn` when it is dropped: replaced, or with its sleep"
    );
}

pub(super) fn a_sleep_that_outlives<S: Tasks>() {
    let (waker, caller) = caller();
    let mut place = None;
    S::block_on(async {
        let sleep = place.insert(Box::pin(S::sleep(Duration::from_hours(1))));
        assert!(poll(sleep.as_mut(), &waker).is_pending(), "a sleep of an hour is ready at once");
    });
    let panic = panics_in(|| drop(place));
    assert_eq!(panic, None, "the panic of a sleep that is dropped when `block_on` has returned");
    assert_eq!(clones_of(&caller), 0, "wakers that are left of it");
    // Its waker goes with the runtime, and tries to spawn.
    let mut place = None;
    let words = panics_in(|| {
        S::block_on(async {
            let sleep = place.insert(Box::pin(S::sleep(Duration::from_hours(1))));
            let _ = poll(sleep.as_mut(), &spawning::<S>());
        });
    });
    let can_be_reached = words.as_deref().is_none_or(|words| words.contains("block_on"));
    assert!(
        can_be_reached,
        "a waker of a sleep that is left calls `spawn` when it is dropped with its runtime: {words:?}"
    );
}

pub(super) fn the_newest_waker<S: Tasks>() {
    let (first, first_caller) = caller();
    S::block_on(async {
        let mut sleep = Box::pin(S::sleep(Duration::from_millis(5)));
        let is_early = poll(sleep.as_mut(), &first).is_pending();
        sleep.await; // polled again, with the waker of this task
        let calls = first_caller.0.lock().unwrap().len();
        assert!(!is_early || calls == 0, "the waker of the first poll was called, too");
    });
}

/// A turn of the loop uses a lock or an atomic at least once.
pub(super) fn the_last_millisecond<S: Step>() {
    let Some(Watching { accesses, shortest_timeout, .. }) = WATCHING.get() else { return };
    shortest_timeout();
    let sleep = |_| {
        let before = accesses();
        S::block_on(S::sleep(Duration::from_micros(1_900)));
        (accesses() - before, shortest_timeout())
    };
    let (uses, timeouts): (Vec<usize>, Vec<_>) = (0..20).map(sleep).unzip();
    let timeouts: Vec<Duration> = timeouts.into_iter().flatten().collect();
    // (One of them at least, if the machine is busy.)
    let is_right = |set: &Duration| (1_001..3_000).contains(&set.as_micros());
    assert!(
        timeouts.is_empty() || timeouts.iter().any(is_right),
        "the shortest timeout with which the thread sleeps, in each of 20 sleeps of 1.9 ms\n  came:     {timeouts:?}\n  expected: \
         nearly 1.9 ms, what is left until the deadline"
    );
    // (How many turns fit into a millisecond is the machine's, and how busy it is. So one sleep tells.)
    assert!(
        uses.iter().all(|uses| *uses < 30),
        "uses of locks and atomics in each of 20 sleeps of 1.9 ms\n  came:     {uses:?}\n  expected: a few"
    );
}
