//! Does an operation cost more among many than among few?
//!
//! How many things an answer looks at can't be counted from outside. So its time is measured, and
//! compared with itself: the same operation, as often, among few things and among a thousand times
//! as many. A search shows as a factor of hundreds, and only that is a mistake. Each side is
//! measured several times and its shortest time taken, so that a busy machine changes nothing.
//!
//! Interface: [`ratio`]. Invariants: no time has a bound of its own, since it depends on the
//! machine.

use std::ops::RangeInclusive;
use std::time::Duration;

/// How often both are measured before a low ratio is believed (the thread may have waited in
/// `few`), and before a high one is.
const ROUNDS: RangeInclusive<usize> = 5..=10;

/// How many times as long `many` takes as `few`. Both do the same number of operations and return
/// what these took, without their preparations. It is measured more often while the ratio is above
/// `most`.
///
/// ```
/// use std::time::Duration;
/// let ratio = kettle_judge::cost::ratio(
///     50,
///     || Duration::from_millis(2),
///     || Duration::from_millis(600),
/// );
/// assert_eq!(ratio, 300);
/// // The first time, this thread waited for a processor.
/// let waited = std::cell::Cell::new(true);
/// let few = || Duration::from_millis(if waited.replace(false) { 2_000 } else { 2 });
/// assert_eq!(kettle_judge::cost::ratio(50, few, || Duration::from_millis(600)), 300);
/// ```
pub fn ratio(most: u128, few: impl Fn() -> Duration, many: impl Fn() -> Duration) -> u128 {
    let (mut least_few, mut least_many, mut ratio) = (Duration::MAX, Duration::MAX, 0);
    for round in 1..=*ROUNDS.end() {
        (least_few, least_many) = (least_few.min(few()), least_many.min(many()));
        ratio = least_many.as_nanos() / least_few.as_nanos().max(1);
        if ratio <= most && ROUNDS.contains(&round) {
            break;
        }
    }
    ratio
}
