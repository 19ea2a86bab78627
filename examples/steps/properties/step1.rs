//! Step 1: a future comes to its end.

use std::future::poll_fn;
use std::time::{Duration, Instant};

use super::kit::*;

pub fn step1<S: Step>() -> Vec<Property> {
    properties![
        gives_the_output "`block_on` runs a future to its end, and returns its output"
        a_sleep_takes_its_time "a sleep ends, and not before its time"
    ]
}

pub(super) fn gives_the_output<S: Step>() {
    let sugar = [1, 2];
    let cups = S::block_on(async {
        yield_now().await;
        let one = async { sugar[0] }.await;
        yield_now().await;
        one + async { sugar[1] }.await
    });
    assert_eq!(cups, 3, "the output of a future that awaits four others");
}

pub(super) fn a_sleep_takes_its_time<S: Step>() {
    let (begin, long) = (Instant::now(), Duration::from_millis(20));
    S::block_on(async {
        S::sleep(long).await;
        S::sleep(long).await;
    });
    assert!(begin.elapsed() >= 2 * long, "two sleeps of 20 ms each took {:?}", begin.elapsed());
}

/// How often a sleep of so many milliseconds is polled.
pub fn polls_of_a_sleep<S: Step>(milliseconds: u64) -> usize {
    let mut polls = 0;
    let mut sleep = Box::pin(S::sleep(Duration::from_millis(milliseconds)));
    S::block_on(poll_fn(|cx| {
        polls += 1;
        sleep.as_mut().poll(cx)
    }));
    polls
}
