//! What an engine must do after the fix of `metronome`.

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::task::Poll;
use std::time::{Duration, Instant};

use kettle_judge::proptest::collection::vec;
use kettle_judge::{Check, check, expect, property, spins};

use super::clock::Clock;
use crate::event::{Event, Record, Sink};
use crate::{Config, Runtime, Timer, clock};

pub const CHECKS: &[Check] = &[
    check!(one_sleep => "however much of a tick has passed, a wait is one sleep of the loop"),
    check!(to_the_very_tick => "the clock jumps to the tick of the deadline, and no further"),
    check!(any_part_of_a_tick => "a wait is one sleep of the loop for any beginning and any length, to the nanosecond"),
    check!(to_the_nanosecond => "it sleeps for just the time that is left, by both clocks"),
    check!(never_early => "no timer fires before its deadline"),
    check!(whole_ticks => "where everything is in whole ticks nothing is rounded"),
];

const fn micros(micros: u64) -> Duration {
    Duration::from_micros(micros)
}

const fn nanos(nanos: u64) -> Duration {
    Duration::from_nanos(nanos)
}

/// Counts how often the loop goes to sleep, and stops one that does it without end.
struct Parks {
    count: Arc<AtomicUsize>,
    begin: Duration,
    length: Duration,
}

impl Sink for Parks {
    fn record(&mut self, records: &[Record]) {
        let parks = records.iter().filter(|record| matches!(record.event, Event::Park { .. }));
        let parks = self.count.fetch_add(parks.count(), Relaxed);
        if parks > 1_000 {
            let Parks { begin, length, .. } = self;
            let words = format!(
                "in a wait of {length:?} that begins at {begin:?} the loop slept for no time, or too short a one,"
            );
            spins(&words, parks);
        }
    }
}

/// Waits `length`, beginning `begin` after the start. How often did the loop go to sleep, and when was
/// it over, since the start?
fn wait(begin: Duration, length: Duration) -> (usize, Duration) {
    let parks = Arc::new(AtomicUsize::new(0));
    let sink: Box<dyn Sink> = Box::new(Parks { count: parks.clone(), begin, length });
    let config = Config { start_paused: true, sink: Some(sink), ..Config::default() };
    let over = Runtime::with(config).expect("a runtime").block_on(async {
        let start = clock::now();
        clock::advance(begin).await;
        sleep_until(clock::now() + length).await;
        clock::now() - start
    });
    (parks.load(Relaxed), over)
}

async fn sleep_until(deadline: Instant) {
    let mut timer = Timer::new(deadline);
    poll_fn(|cx| timer.poll(cx)).await;
}

fn one_sleep() {
    for begin in [0, 1, 300, 999, 1_001, 63_700] {
        for length in [1_000, 1_001, 20_000, 3_600_000_000] {
            let (parks, _) = wait(micros(begin), micros(length));
            assert_eq!(parks, 1, "the loop's sleeps in a wait of {length} µs, begun at {begin} µs");
        }
    }
}

fn to_the_very_tick() {
    for (begin, length, tick) in [(300, 1_000, 2_000), (300, 700, 1_000), (999, 2, 2_000)] {
        let (_, over) = wait(micros(begin), micros(length));
        let words = "the time when a wait is over";
        assert_eq!(over, micros(tick), "{words} of {length} µs that begins at {begin} µs");
    }
}

fn any_part_of_a_tick() {
    property(200, &vec((0..5_000_000_u64, 1..5_000_000_u64), 1..2), |waits| {
        for (begin, length) in waits {
            let (parks, over) = wait(nanos(begin), nanos(length));
            assert_eq!(parks, 1, "sleeps of the loop in one wait (begin and length in ns)");
            let tick = (begin + length).div_ceil(1_000_000) * 1_000_000;
            assert_eq!(over, nanos(tick), "the time when it is over");
        }
    });
}

/// Ticks of all magnitudes, and some that are near to this one.
fn ticks_after(tick: u64) -> impl Iterator<Item = u64> {
    (0..63).map(|exponent| 1 << exponent).chain(1..=20).map(move |ticks| tick + ticks)
}

fn to_the_nanosecond() {
    let paused = Clock::new(true);
    for step in [0, 1, 299_999, 700_001, 987_654_321] {
        paused.advance(nanos(step));
        let (now, _) = paused.times();
        for tick in ticks_after(paused.tick_now()) {
            let right = Duration::from_millis(tick) - now;
            let what = "by a paused clock, how long the loop sleeps";
            assert_eq!(paused.until(tick), right, "{what}, at {now:?}, until tick {tick}");
        }
    }
    // The machine's clock goes on meanwhile.
    let (clock, mut in_time) = (Clock::new(false), 0);
    for _ in 0..1_000 {
        for tick in ticks_after(clock.tick_now()) {
            let (_, before) = clock.times();
            let sleeps = clock.until(tick);
            let (_, after) = clock.times();
            let tick = Duration::from_millis(tick);
            let (least, most) = (tick.saturating_sub(after), tick.saturating_sub(before));
            let what = "by the machine's clock, how long the loop sleeps";
            let right = format!("{least:?} to {most:?}");
            expect(
                (least..=most).contains(&sleeps),
                &format!("{what}, until {tick:?}"),
                sleeps,
                &right,
            );
            in_time += usize::from(after < tick && tick - before < micros(1_000));
        }
    }
    let what = "of 1,000 times with less than a millisecond left, those when it came back before that had passed";
    expect(in_time > 0, what, in_time, "nearly all: the loop sleeps, and not the clock");
}

fn never_early() {
    let config = Config { start_paused: true, ..Config::default() };
    Runtime::with(config).expect("a runtime").block_on(async {
        clock::advance(micros(300)).await;
        let mut timer = Timer::new(clock::now() + micros(1_000));
        for left in [800, 199] {
            let polled = poll_fn(|cx| Poll::Ready(timer.poll(cx))).await;
            assert!(polled.is_pending(), "the deadline has not passed, and it is ready");
            clock::advance(micros(left)).await;
        }
        assert!(!timer.is_elapsed(), "its deadline, in one microsecond, has passed");
    });
}

fn whole_ticks() {
    for length in [1, 2, 63, 64, 65, 1_000, 86_400_000] {
        let length = Duration::from_millis(length);
        assert_eq!(wait(Duration::ZERO, length), (1, length), "sleeps of the loop, and their time");
    }
}
