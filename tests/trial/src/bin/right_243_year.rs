//! A test of a calendar with the clock paused: a year of days by `advance`, with a few `yield_now` after each, so that the tasks come on.
//!
//! Right: hundreds of turns in which `main` only yields, and the clock moves because `main` says so. Each day two tasks do something.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::time::Duration;

use kettle::sync::watch;
use kettle::task::yield_now;
use kettle::time::{Instant, MissedTickBehavior, advance, interval, sleep_until};

const DAY: Duration = Duration::from_hours(24);

#[kettle::main(start_paused = true)]
async fn main() {
    let (tell, mut days) = watch::channel(0);
    kettle::spawn(async move {
        let mut midnight = interval(DAY);
        midnight.set_missed_tick_behavior(MissedTickBehavior::Skip);
        while !tell.is_closed() {
            midnight.tick().await;
            tell.send_modify(|day| *day += 1);
        }
    });
    let birthday = kettle::spawn(sleep_until(Instant::now() + 200 * DAY));
    for _ in 0..365 {
        advance(DAY).await;
        for _ in 0..20 {
            yield_now().await;
        }
        days.mark_changed();
        assert!(days.has_changed().unwrap_or(true));
    }
    assert!(birthday.is_finished());
    println!("day {}", *days.borrow_and_update());
}
