//! How does a check try ten thousand cases, and show the smallest that fails?
//!
//! With proptest: it makes random cases from a seed, and when one fails it makes it smaller as long
//! as it still fails. The seed is a number in the environment (`KETTLE_SEED`), 0 by default, so that
//! the same answer always gets the same verdict.
//!
//! Interface: [`property`], [`Sequence`]. Invariants: a case that fails is run again when it is made
//! smaller, so it must not depend on anything but its value.

use std::env;
use std::fmt::Debug;
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::Ordering;

use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};

/// What most strategies make here: some steps, in their order.
pub type Sequence<T> = Vec<T>;

/// Runs `test` with `cases` random values. A panic in it is a failure; the check then ends with the
/// smallest value that fails, and the seed.
///
/// # Panics
///
/// With the reason, if a value fails.
///
/// ```
/// kettle_judge::property(100, &(0..1000_u32), |number| assert!(number < 1000));
/// ```
pub fn property<S>(cases: u32, values: &S, test: impl Fn(S::Value))
where
    S: Strategy,
    S::Value: Debug,
{
    let seed: u64 = env::var("KETTLE_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(0);
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed_bytes(seed));
    // What fails is run many times while it is made smaller: only the last panic is told.
    crate::TRYING.store(true, Ordering::Relaxed);
    let result = TestRunner::new_with_rng(config, rng).run(values, |value| {
        panic::catch_unwind(AssertUnwindSafe(|| test(value)))
            .map_err(|payload| TestCaseError::fail(crate::words(&*payload).to_owned()))
    });
    crate::TRYING.store(false, Ordering::Relaxed);
    match result {
        Ok(()) => {}
        Err(TestError::Fail(reason, smallest)) => {
            panic!(
                "{reason}\nthe smallest case: {smallest:?}\n(seed {seed}; KETTLE_SEED=N tries others)"
            )
        }
        Err(TestError::Abort(reason)) => panic!("the check gave up: {reason}"),
    }
}

fn seed_bytes(seed: u64) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_case_that_fails_is_told_and_how_to_try_others() {
        let failing = || property(1_000, &(0..1_000_u32), |number| assert!(number < 10, "too big"));
        let payload = panic::catch_unwind(failing).unwrap_err();
        let told = crate::words(&*payload);
        assert!(told.starts_with("too big\nthe smallest case: 10\n(seed "), "{told}");
    }
}
