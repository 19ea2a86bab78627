//! Does an operation cost more among many things than among few?
//!
//! A check can't count from outside how many things an answer looks at. So [`ratio`] measures time:
//! of the same operation, equally often, among few things and among a thousand times as many. A
//! search through all of them shows as a factor of hundreds, and only that is a mistake. No time
//! has a limit of its own, since it depends on the machine.

use std::time::Duration;

/// How often both are measured before a low ratio is believed (this thread may have waited for a
/// processor in `few`), and before a high one is.
const MIN_ROUNDS: usize = 5;
const MAX_ROUNDS: usize = 10;

/// How many times as long `many` takes as `few`. Both do the same number of operations and return
/// what these took, without their preparations. The shortest time of each counts. A ratio above
/// `limit` is measured more often.
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
pub fn ratio(limit: u128, few: impl Fn() -> Duration, many: impl Fn() -> Duration) -> u128 {
    let (mut least_few, mut least_many, mut ratio) = (Duration::MAX, Duration::MAX, 0);
    for round in 1..=MAX_ROUNDS {
        (least_few, least_many) = (least_few.min(few()), least_many.min(many()));
        ratio = least_many.as_nanos() / least_few.as_nanos().max(1);
        if ratio <= limit && round >= MIN_ROUNDS {
            break;
        }
    }
    ratio
}
