//! What the answer of `00-first-steps` must do.

use std::time::Duration;

use kettle::time::Instant;
use kettle_judge::runtime::run;
use kettle_judge::{Check, check};

use super::answer::{boil, pour, two_kettles};

pub const CHECKS: &[Check] = &[
    check!(one_sleep, "`boil` sleeps for as long as it was told, and returns \"boiled\""),
    check!(two_tasks, "two kettles take as long as one: both boil at the same time"),
    check!(a_channel_between, "`pour` receives every number, and ends when the sender is gone"),
];

const LONG: Duration = Duration::from_secs(120);

// The clock is paused: what sleeps on it takes no time, and what sleeps elsewhere doesn't move it.
fn one_sleep() {
    run(async {
        let begin = Instant::now();
        assert_eq!(boil(LONG).await, "boiled");
        assert_eq!(begin.elapsed(), LONG, "the time that `boil` took on the runtime's clock");
    });
}

fn two_tasks() {
    run(async {
        let begin = Instant::now();
        assert_eq!(two_kettles(LONG).await, 2, "how many have boiled");
        assert_eq!(begin.elapsed(), LONG, "the time that two kettles took");
    });
}

fn a_channel_between() {
    for (cups, sum) in [(0, 0), (1, 1), (5, 15), (100, 5050)] {
        assert_eq!(run(pour(cups)), sum, "the sum of 1 to {cups}");
    }
}
