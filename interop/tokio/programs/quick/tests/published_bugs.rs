//! Three of the published bugs, whose crates are small or here already. `cargo xtask full` plays all of them.

#[path = "../../../../../tests/published-bugs/cases/async_channel_forgotten.rs"]
mod async_channel_forgotten;
#[path = "../../../../../tests/published-bugs/cases/buffered_semaphore.rs"]
mod buffered_semaphore;
#[path = "../../../../../tests/published-bugs/cases/futurelock.rs"]
mod futurelock;
#[path = "../../../../../tests/published-bugs/play.rs"]
mod play;

use play::{Case, Ends};

#[test]
fn told() {
    let case =
        |name, verdict, hides, control| Case { name, ends: Ends::Hangs(verdict), hides, control };
    let lost = "lost_wakeup]: task 1 waits, and no code is left that could wake it";
    let alone = "deadlock]: main waits, and nothing is left that could wake it";
    let both = "deadlock]: main and 1 task wait, and nothing is left that could wake them";
    let cases = [
        case("async_channel_forgotten", lost, false, false),
        case("buffered_semaphore", alone, false, true),
        case("futurelock", both, true, true),
    ];
    play::check(&cases, true);
}
