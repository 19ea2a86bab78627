//! The clock on the wall is set, forwards and back: a timer asks another clock, which only runs.

use std::time::{Duration, Instant, SystemTime};

use kettle::time::sleep;

use crate::common::engine::{runtime, within_a_minute};

/// libfaketime is between this program and the system, and reads from a file what time it is.
#[test]
#[ignore = "run by `cargo xtask test load`, with a clock that it can set"]
fn a_wall_clock_that_jumps_moves_no_timer() {
    let file = std::env::var("FAKETIME_TIMESTAMP_FILE").expect("libfaketime's");
    within_a_minute(move || {
        // The file outlives a run that was ended in its midst.
        std::fs::write(&file, "+0").unwrap();
        runtime().block_on(async {
            for (jump, back) in [("+1000d", false), ("-1000d", true), ("+0", false)] {
                let (before, begun) = (SystemTime::now(), Instant::now());
                let early = kettle::spawn(sleep(Duration::from_millis(50)));
                std::fs::write(&file, jump).unwrap();
                let now = SystemTime::now();
                let (earlier, later) = if back { (now, before) } else { (before, now) };
                let days = later.duration_since(earlier).unwrap().as_secs() / 86_400;
                assert!(days >= 999, "it has not jumped");
                sleep(Duration::from_millis(20)).await;
                early.await.unwrap();
                assert!(begun.elapsed() >= Duration::from_millis(50));
            }
        });
    });
}
