//! Timers: what is in the wheel, and what they leave there. (The clock: `clock.rs`.)

#![allow(clippy::async_yields_async)] // a sleep made on one runtime, to be awaited elsewhere

use std::cell::RefCell;
use std::future::pending;
use std::rc::Rc;
use std::task::{Context, Waker};

use kettle::task::{LocalSet, spawn_local};
use kettle::time::{Duration, Instant, advance, sleep, sleep_until, timeout};
use kettle::trace::{Event, Record, record};
use kettle_runtime::{Timer, clock};

use crate::common::engine::waker_that;
use crate::common::time::*;
use crate::records::{count, picked, recorded};

/// By deadline; those of one millisecond in the order in which they were first polled.
#[test]
fn five_thousand_sleeps_fire_once_and_in_order() {
    const SLEEPS: u64 = 5_000;
    let (fired, records) = record(|| {
        paused().block_on(LocalSet::new().run_until(async {
            let mut random = Xorshift(0x1234_5678_9ABC_DEF1);
            let start = Instant::now();
            let fired = Rc::new(RefCell::new(Vec::new()));
            let sleeps = (0..SLEEPS).map(|number| {
                // Every level of the wheel gets its share.
                let magnitude = random.below(36);
                let micros = random.below((1 << magnitude) * 1000);
                let fired = fired.clone();
                spawn_local(async move {
                    let deadline = start + Duration::from_micros(micros);
                    sleep_until(deadline).await;
                    assert!(Instant::now() >= deadline, "early");
                    assert!(Instant::now() - deadline < ms(1), "late");
                    fired.borrow_mut().push((micros.div_ceil(1000), number));
                })
            });
            outputs_of(sleeps).await;
            fired.take()
        }))
    });
    assert_eq!(fired.len() as u64, SLEEPS);
    assert!(fired.is_sorted(), "in order");
    let mut numbers: Vec<_> = fired.iter().map(|(_, number)| *number).collect();
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len() as u64, SLEEPS, "each once");
    assert_eq!(timers_left(&records), 0);
}

// ---- what it leaves behind ----------------------------------------------------------------------

#[test]
fn dropped_it_leaves_no_timer() {
    let records = recorded(async {
        let mut sleeps: Vec<_> = (0..100).map(|i| Box::pin(sleep(secs(i * i + 1)))).collect();
        for sleep in &mut sleeps[..90] {
            assert!(look(sleep.as_mut()).await.is_pending());
        }
        drop(sleeps);
    });
    assert_eq!(count(&records, |event| matches!(event, Event::TimerAdd { .. })), 90);
    assert_eq!(count(&records, |event| matches!(event, Event::TimerCancel { .. })), 90);
    assert_eq!(count(&records, |event| matches!(event, Event::TimerFire { .. })), 0);
    assert_eq!(timers_left(&records), 0);
}

#[test]
fn forgotten_it_is_counted() {
    let records = recorded(async {
        let mut sleep = Box::pin(sleep(secs(1)));
        assert!(look(sleep.as_mut()).await.is_pending());
        std::mem::forget(sleep);
    });
    assert_eq!(timers_left(&records), 1, "or the tests above can't fail");
}

#[test]
fn nothing_is_left_in_the_wheel() {
    let records = recorded(async {
        timeout(secs(10), sleep(secs(1))).await.unwrap();
        timeout(secs(1), sleep(secs(10))).await.unwrap_err();
        let mut limited = Box::pin(timeout(secs(10), sleep(secs(10))));
        assert!(look(limited.as_mut()).await.is_pending());
        drop(limited);
        let mut limited = timeout(secs(10), Box::pin(pending::<()>()));
        assert!(look(limited.get_mut().as_mut()).await.is_pending());
        drop(limited.into_inner());
    });
    assert_eq!(timers_left(&records), 0);
}

/// How many timers the last run of a runtime left in its wheel.
fn timers_left(records: &[Record]) -> usize {
    *picked!(records, Event::RunEnd { timers, .. } => timers).last().expect("the runtime has run")
}

#[kettle::test(start_paused = true)]
async fn a_timer_whose_waker_panics_at_a_reset_forgets_its_key() {
    let (begin, later) = (clock::now(), clock::now() + secs(3600));
    let mut first = Timer::new(later);
    let panics = waker_that(|| panic!("a foreign waker"));
    assert!(first.poll(&mut Context::from_waker(&panics)).is_pending());
    advance(ms(2)).await;
    let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| first.reset(begin)));
    let mut second = Timer::new(later);
    assert!(second.poll(&mut Context::from_waker(Waker::noop())).is_pending());
    drop(first);
    assert!(!second.is_elapsed(), "the first took the second one out of the wheel");
}
