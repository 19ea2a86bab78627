//! When does the engine check its invariants, and what does a check do?

use std::fmt::Debug;

/// It checks them only in tests and exercises, which have the feature.
pub(crate) const VERIFIES: bool = cfg!(all(feature = "verify", debug_assertions));

/// Asserts an invariant, `FILE.rs: sentence`, there, and says with which values it is broken.
#[inline]
#[track_caller]
pub(crate) fn holds(invariant: &str, is_kept: bool, values: impl Debug) {
    assert!(!VERIFIES || is_kept, "{invariant}: {values:?}");
}
