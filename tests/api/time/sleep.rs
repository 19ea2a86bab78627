//! `Sleep`: when it is ready, who is woken, what it leaves behind.

use crate::help::{rounds, says};
use std::pin::pin;
use std::task::Poll;

use kettle::task::{consume_budget, spawn, yield_now};
use kettle::time::{Duration, Instant, advance, sleep, sleep_until};

use super::{Shared, Xorshift, ms, outputs_of, panic_of, poll_once, secs};

#[kettle::test]
async fn is_not_early_by_the_machines_clock() {
    let naps = (0..40).map(|i| {
        let nap = Duration::from_micros(i * 250);
        spawn(async move {
            let start = std::time::Instant::now();
            sleep(nap).await;
            assert!(start.elapsed() >= nap, "{:?} of {nap:?}", start.elapsed());
        })
    });
    outputs_of(naps).await;
}

/// The wheel's tick is a millisecond: nothing is early, nothing is later than the next tick.
#[kettle::test(start_paused = true)]
#[cfg_attr(on_tokio, ignore = "after an advance by less than a millisecond tokio is a tick later")]
async fn is_rounded_up_to_the_next_tick() {
    let mut random = Xorshift(7);
    for _ in 0..rounds(1000) {
        let nap = Duration::from_nanos(random.below(5_000_000));
        let start = Instant::now();
        sleep(nap).await;
        let slept = start.elapsed();
        assert!(slept >= nap && slept < nap + ms(1), "{slept:?} of {nap:?}");
        advance(Duration::from_nanos(random.below(2_000_000))).await;
    }
}

#[kettle::test(start_paused = true)]
async fn with_its_deadline_behind_it_takes_no_time() {
    advance(secs(1)).await;
    let start = Instant::now();
    sleep_until(start - ms(500)).await;
    sleep_until(start - secs(1)).await;
    sleep(Duration::ZERO).await;
    assert_eq!(Instant::now(), start);
}

/// Each turn makes it anew and drops it; no other timer moves the hand of the wheel.
#[kettle::test]
async fn ends_a_loop_in_which_something_else_is_always_ready() {
    let end = Instant::now() + ms(5);
    loop {
        kettle::select! {
            biased;
            () = sleep_until(end) => break,
            () = consume_budget() => assert!(Instant::now() < end + secs(60), "not heard of"),
        }
    }
    assert!(Instant::now() >= end);
}

// ---- reset --------------------------------------------------------------------------------------

#[kettle::test(start_paused = true)]
async fn moved_before_its_first_poll() {
    let start = Instant::now();
    for (first, then) in [(1, 5), (5, 1)] {
        let mut sleep = pin!(sleep(secs(first)));
        let from = Instant::now();
        sleep.as_mut().reset(from + secs(then));
        assert_eq!(sleep.deadline(), from + secs(then));
        sleep.await;
        assert_eq!(from.elapsed(), secs(then));
    }
    assert_eq!(start.elapsed(), secs(6));
}

/// The task that waits isn't polled by the move: it stays with the timer.
#[kettle::test(start_paused = true)]
async fn moved_while_a_task_waits_wakes_it_at_the_new_deadline() {
    for (first, then) in [(10, 20), (20, 10), (10, 10)] {
        let shared = Shared::new(secs(first));
        let start = Instant::now();
        let waits = spawn(shared.clone().wait());
        yield_now().await;
        assert_eq!(shared.polls(), 1);
        shared.reset(start + secs(then));
        assert_eq!(waits.await.unwrap() - start, secs(then), "{first} s moved to {then} s");
        assert_eq!(shared.polls(), 2, "{first} s moved to {then} s");
    }
}

#[kettle::test(start_paused = true)]
async fn moved_into_the_past_wakes_at_once() {
    advance(secs(1)).await;
    let shared = Shared::new(secs(10));
    let start = Instant::now();
    let waits = spawn(shared.clone().wait());
    yield_now().await;
    shared.reset(start - ms(1));
    assert_eq!(waits.await.unwrap(), start);
}

#[kettle::test(start_paused = true)]
async fn moved_after_it_was_ready_waits_again() {
    let start = Instant::now();
    let mut sleep = pin!(sleep(secs(1)));
    for round in 1..=3 {
        sleep.as_mut().await;
        assert_eq!(start.elapsed(), secs(round));
        sleep.as_mut().reset(start + secs(round + 1));
    }
}

/// It has fired, its task is queued but was not polled yet: it finds a timer that waits again.
#[kettle::test(start_paused = true)]
async fn moved_between_the_wake_and_the_poll() {
    let start = Instant::now();
    let shared = Shared::new(secs(1));
    let mover = spawn({
        let shared = shared.clone();
        async move {
            sleep(secs(1)).await; // stands before the other one in the wheel, and so in the queue
            assert!(shared.sleep.lock().unwrap().is_elapsed());
            shared.reset(start + secs(5));
        }
    });
    let waits = spawn(shared.clone().wait());
    mover.await.unwrap();
    assert_eq!(waits.await.unwrap() - start, secs(5));
    assert_eq!(shared.polls(), 3);
}

// ---- who is woken -------------------------------------------------------------------------------

#[kettle::test(start_paused = true)]
async fn wakes_the_task_that_polled_it_last() {
    let start = Instant::now();
    let shared = Shared::new(secs(1));
    let first = spawn(shared.clone().wait());
    yield_now().await;
    let second = spawn(shared.clone().wait());
    yield_now().await;
    assert_eq!(shared.polls(), 2);
    assert_eq!(second.await.unwrap() - start, secs(1));
    // Nobody told the first one, as with any future: its alarm did.
    assert_eq!(first.await.unwrap() - start, secs(3600));
}

// ---- types and words ----------------------------------------------------------------------------

#[test]
fn without_a_runtime_it_panics_with_words() {
    let now = Instant::now();
    for words in [
        panic_of(|| sleep(secs(1))),
        panic_of(|| sleep_until(now)),
        panic_of(|| kettle::time::timeout(secs(1), async {})),
        panic_of(|| kettle::time::timeout_at(now, async {})),
        panic_of(|| kettle::time::interval(secs(1))),
        panic_of(kettle::time::pause),
        panic_of(kettle::time::resume),
        panic_of(|| poll_once(pin!(advance(secs(1))))),
    ] {
        assert!(says(&words, "no runtime"), "{words}");
        assert!(says(&words, "#[kettle::main]"), "{words}");
    }
}

/// A poll that is out of budget says `Pending`, has itself woken, and takes nothing.
#[kettle::test(start_paused = true)]
async fn spends_budget_only_when_it_is_ready() {
    let mut ready = pin!(sleep(ms(1)));
    ready.as_mut().await;
    let mut pending = pin!(sleep(secs(1)));
    yield_now().await; // a new budget
    let polls = std::future::poll_fn(|cx| {
        for _ in 0..1000 {
            assert!(pending.as_mut().poll(cx).is_pending());
        }
        let mut polls = 0;
        while ready.as_mut().poll(cx).is_ready() {
            polls += 1;
            assert!(polls < 1000, "there is a budget");
        }
        Poll::Ready(polls)
    });
    assert_eq!(polls.await, 128);
}
