//! What if foreign code panics where it has no caller to panic to?
//!
//! Wakers, sinks and the drops of outputs are called by the loop itself. What they panic with has
//! been printed by the panic hook; here it ends.
//!
//! tokio: the same `catch_unwind` at each such place.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::parked::Parked;

/// Runs foreign code. A panic's value is leaked, because dropping it might panic again.
pub(crate) fn quietly(foreign: impl FnOnce()) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(foreign)) {
        std::mem::forget(panic);
    }
}

/// Wakes all of them, each whatever the one before it did.
pub(crate) fn wake_all(parked: &mut Vec<Parked>) {
    for parked in parked.drain(..) {
        quietly(|| parked.wake());
    }
}
