//! Bugs that were published, each as a small program: `play.rs` says how they are played.

#[path = "cases/async_channel_forgotten.rs"]
mod async_channel_forgotten;
#[path = "cases/bb8_broken.rs"]
mod bb8_broken;
#[path = "cases/buffered_semaphore.rs"]
mod buffered_semaphore;
#[path = "cases/delayqueue_clear.rs"]
mod delayqueue_clear;
#[path = "cases/delayqueue_reset.rs"]
mod delayqueue_reset;
#[path = "cases/futurelock.rs"]
mod futurelock;
#[path = "cases/h2_trailers.rs"]
mod h2_trailers;
#[path = "cases/hyper_half_close.rs"]
mod hyper_half_close;
#[path = "cases/joinqueue_try.rs"]
mod joinqueue_try;
#[path = "cases/moka_get_with.rs"]
mod moka_get_with;
#[path = "cases/mpsc_release.rs"]
mod mpsc_release;
mod play;

use play::Case;
use play::Ends::*;

const NOT_CALLED: &str = "lost_wakeup]: task 1 waits, and no code is left that could wake it";

/// `hides` and `control`: 0 or 1.
const fn case(name: &'static str, ends: play::Ends, hides: u8, control: u8) -> Case {
    Case { name, ends, hides: hides > 0, control: control > 0 }
}

const CASES: &[Case] = &[
    case("async_channel_forgotten", Hangs(NOT_CALLED), 0, 0),
    case("bb8_broken", Fails("of 10 tasks timed out in get()"), 0, 0),
    case("buffered_semaphore", Hangs("deadlock]: main waits, and nothing is left"), 0, 1),
    case("delayqueue_clear", Hangs(NOT_CALLED), 1, 0),
    case("delayqueue_reset", Fails("it was due at once, and came after"), 1, 0),
    case("futurelock", Hangs("deadlock]: main and 1 task wait, and nothing is left"), 1, 1),
    case("h2_trailers", Hangs("lost_wakeup]: no waker of task 4 is left"), 0, 0),
    case("hyper_half_close", Spins("busy_loop]: task 1 "), 0, 0),
    case("joinqueue_try", Hangs("lost_wakeup]: no waker of task 2 is left"), 1, 0),
    case("moka_get_with", Hangs("lost_wakeup]: main waits, and no code is left"), 0, 1),
    case("mpsc_release", Hangs(NOT_CALLED), 1, 0),
];

#[test]
fn told() {
    play::check(CASES, cfg!(feature = "buggy"));
}
