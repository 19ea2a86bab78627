//! How does a check try ten thousand cases, and show the smallest that fails?
//!
//! With proptest, which makes random cases from a seed, and *shrinks* a case that fails: it makes
//! it smaller as long as it still fails. From a sequence it tries to leave out each step once, so
//! two steps that need each other (a push and its pop) both stay. [`property`] goes on from there,
//! and leaves out pairs, too. The seed is always the same, so that the same answer always gets the
//! same verdict. A case must not depend on anything but its value, because it runs many times.

use std::env;
use std::fmt::Debug;
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::Ordering;

use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};

use crate::report::TRYING;
use crate::{panic_message, watchdog};

/// A case: steps in their order.
pub type Sequence<T> = Vec<T>;

/// Shrinking may take at least this many runs. A sequence of forty steps with a number each needs
/// some thousands.
const MIN_SHRINK_RUNS: u32 = 20_000;

/// Runs `test` with `cases` random values. A panic in it is a failure; the check then ends with the
/// smallest value that fails.
///
/// ```
/// use kettle_judge::proptest::collection::vec;
///
/// kettle_judge::property(100, &vec(0..1000_u32, 0..9), |steps| assert!(steps.len() < 9));
/// ```
pub fn property<T: Clone + Debug>(
    cases: u32,
    values: &impl Strategy<Value = Sequence<T>>,
    test: impl Fn(Sequence<T>),
) {
    let cases = crate::many(cases);
    let max_shrink_iters = MIN_SHRINK_RUNS.max(cases.saturating_mul(4));
    let config = Config { cases, failure_persistence: None, max_shrink_iters, ..Config::default() };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[0; 32]);
    // A case that fails runs many times while it shrinks: its panics aren't printed.
    TRYING.store(true, Ordering::Relaxed);
    let failure = |value: Sequence<T>| {
        watchdog::case(format!("{value:?}"));
        let tried = panic::catch_unwind(AssertUnwindSafe(|| test(value)));
        tried.err().map(|payload| panic_message(&*payload).to_owned())
    };
    let result = TestRunner::new_with_rng(config, rng).run(values, |value| {
        failure(value).map_or(Ok(()), |words| Err(TestCaseError::fail(words)))
    });
    let found = match result {
        Ok(()) => None,
        Err(TestError::Fail(reason, small)) => {
            Some(shortest(small, reason.message().to_owned(), failure))
        }
        Err(TestError::Abort(reason)) => panic!("the check gave up: {reason}"),
    };
    TRYING.store(false, Ordering::Relaxed);
    watchdog::no_case();
    if let Some((smallest, reason)) = found {
        let case = format!("the smallest case: {smallest:?}");
        if env::var_os("KETTLE_TRACE").is_some() {
            test(smallest); // once more, since it is the only case that is recorded
        }
        panic!("{reason}\n{case}");
    }
}

/// Leaves out one step, or two, as long as the rest fails, and returns the rest with the words of
/// its failure. (One step always stays, because not every check has an empty case.)
fn shortest<T: Clone>(
    mut case: Sequence<T>,
    mut reason: String,
    failure: impl Fn(Sequence<T>) -> Option<String>,
) -> (Sequence<T>, String) {
    loop {
        let steps = case.len();
        let mut left_out = one_or_two(steps).filter(|places| places.len() < steps);
        let shorter = left_out.find_map(|places| {
            let kept = case.iter().enumerate().filter(|(place, _)| !places.contains(place));
            let shorter: Sequence<T> = kept.map(|(_, step)| step.clone()).collect();
            failure(shorter.clone()).map(|reason| (shorter, reason))
        });
        let Some(found) = shorter else { return (case, reason) };
        (case, reason) = found;
    }
}

/// Each place of a sequence with this many, then each pair of places.
fn one_or_two(places: usize) -> impl Iterator<Item = Vec<usize>> {
    let pairs = (0..places).flat_map(move |one| (one + 1..places).map(move |two| vec![one, two]));
    (0..places).map(|one| vec![one]).chain(pairs)
}

#[cfg(test)]
mod tests {
    use proptest::arbitrary::any;
    use proptest::collection::vec;

    use super::*;

    #[test]
    fn steps_that_need_each_other_are_left_out_together() {
        // Without one step it holds, whichever that is: a case of any length is as small as can be.
        let failing = || {
            property(1_000, &vec(any::<bool>(), 0..40), |steps| {
                let ups = steps.iter().filter(|step| **step).count();
                assert!(steps.is_empty() || 2 * ups != steps.len(), "as many ups as downs");
            });
        };
        let payload = panic::catch_unwind(failing).unwrap_err();
        let words = panic_message(&*payload);
        let two = ["[false, true]", "[true, false]"];
        assert!(two.iter().any(|two| words.ends_with(&format!("case: {two}"))), "{words}");
    }

    #[test]
    fn the_smallest_case_that_fails_is_reported() {
        let numbers = vec(0..1_u64 << 40, 30..60);
        let sum = |numbers: Vec<u64>| assert!(numbers.iter().sum::<u64>() < 30, "too much");
        let payload = panic::catch_unwind(|| property(10, &numbers, sum)).unwrap_err();
        let words = panic_message(&*payload);
        assert_eq!(words, "too much\nthe smallest case: [30]");
    }
}
