//! `interval`: each behaviour against a table made by hand.

use crate::help::says;
use std::future::poll_fn;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

use kettle::task::{spawn, yield_now};
use kettle::time::MissedTickBehavior::{Burst, Delay, Skip};
use kettle::time::{
    Duration, Instant, MissedTickBehavior, advance, interval, interval_at, sleep, timeout,
};

use super::{ms, panic_of, paused, secs};

/// Ticks every 50 ms, and works for so long after each tick. When was each tick due, and when was
/// it seen?
fn ticks(behavior: MissedTickBehavior, works: &[u64]) -> Vec<(u128, u128)> {
    paused().block_on(async {
        let start = Instant::now();
        let mut interval = interval(ms(50));
        interval.set_missed_tick_behavior(behavior);
        let mut ticks = Vec::new();
        for work in works {
            let due = interval.tick().await - start;
            ticks.push((due.as_millis(), start.elapsed().as_millis()));
            advance(ms(*work)).await;
        }
        ticks
    })
}

/// Of eight ticks the third is followed by work until 220, and the fourth by work until 230.
#[test]
fn each_behaviour_has_its_way_with_ticks_that_were_missed() {
    let after_the_third = [
        // In step again at 250.
        (Burst, [(150, 220), (200, 230), (250, 250), (300, 300), (350, 350)]),
        (Delay, [(150, 220), (270, 270), (320, 320), (370, 370), (420, 420)]),
        // The one at 200 is left out.
        (Skip, [(150, 220), (250, 250), (300, 300), (350, 350), (400, 400)]),
    ];
    for (behavior, later) in after_the_third {
        let expected = [&[(0, 0), (50, 50), (100, 100)][..], &later].concat();
        assert_eq!(ticks(behavior, &[0, 20, 120, 10, 0, 0, 0, 0]), expected, "{behavior:?}");
    }
}

/// Up to 5 ms late is not missed: the loop and the clock are no more exact.
#[test]
fn a_little_late_is_not_missed() {
    for behavior in [Burst, Delay, Skip] {
        assert_eq!(ticks(behavior, &[55, 0, 0]), [(0, 0), (50, 55), (100, 100)], "{behavior:?}");
    }
    assert_eq!(ticks(Delay, &[56, 0, 0]), [(0, 0), (50, 56), (106, 106)]);
    assert_eq!(ticks(Skip, &[56, 0, 0]), [(0, 0), (50, 56), (100, 100)]);
}

#[kettle::test(start_paused = true)]
async fn a_period_of_nanoseconds_is_seen_once_a_millisecond() {
    let start = Instant::now();
    let mut interval = interval(Duration::from_nanos(100));
    interval.set_missed_tick_behavior(Skip);
    for tick in 0..100 {
        assert_eq!(interval.tick().await, start + Duration::from_nanos(100) * tick);
    }
    assert!(start.elapsed() <= ms(1));
}

#[kettle::test(start_paused = true)]
async fn the_first_tick_is_at_the_start_that_was_given() {
    let now = Instant::now();
    assert_eq!(interval_at(now + secs(3), secs(1)).tick().await, now + secs(3));
    assert_eq!(now.elapsed(), secs(3));
    // A start that has passed is a tick that was missed.
    assert_eq!(interval_at(now, secs(1)).tick().await, now);
    assert_eq!(now.elapsed(), secs(3));
}

#[test]
fn a_period_of_zero_panics_with_words() {
    let runtime = paused();
    let _entered = runtime.enter();
    for words in [
        panic_of(|| interval(Duration::ZERO)),
        panic_of(|| interval_at(Instant::now(), Duration::ZERO)),
    ] {
        assert!(says(&words, "`period` must be greater than 0"), "{words}");
    }
}

/// A tick that nobody has seen is not used up.
#[kettle::test(start_paused = true)]
async fn a_dropped_wait_loses_no_tick() {
    let start = Instant::now();
    let mut interval = interval_at(start + secs(2), secs(2));
    assert!(timeout(secs(1), interval.tick()).await.is_err());
    assert_eq!(interval.tick().await, start + secs(2));
    assert_eq!(interval.tick().await, start + secs(4));
}

/// Each of the ways to move it, while a task waits: it is woken by the new tick, with no poll in
/// between.
#[kettle::test(start_paused = true)]
async fn moved_while_a_task_waits() {
    type Move = fn(&mut kettle::time::Interval, Instant);
    let ways: [(Move, u64); 4] = [
        (|interval, _| interval.reset(), 11),
        (|interval, _| interval.reset_immediately(), 1),
        (|interval, _| interval.reset_after(secs(20)), 21),
        (|interval, start| interval.reset_at(start + secs(4)), 4),
    ];
    for (way, expected) in ways {
        let start = Instant::now();
        let interval = Arc::new(Mutex::new(interval_at(start + secs(10), secs(10))));
        let polls = Arc::new(std::sync::atomic::AtomicUsize::new(0));
        let waits = spawn({
            let (interval, polls) = (interval.clone(), polls.clone());
            poll_fn(move |cx| {
                polls.fetch_add(1, Ordering::Relaxed);
                interval.lock().unwrap().poll_tick(cx)
            })
        });
        yield_now().await;
        sleep(secs(1)).await;
        way(&mut interval.lock().unwrap(), start);
        assert_eq!(waits.await.unwrap() - start, secs(expected));
        assert_eq!(polls.load(Ordering::Relaxed), 2);
        let next = poll_fn(|cx| interval.lock().unwrap().poll_tick(cx)).await;
        assert_eq!(next - start, secs(expected + 10), "the period goes on from there");
    }
}
