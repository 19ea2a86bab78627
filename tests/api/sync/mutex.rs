//! `sync::Mutex`: who gets the lock when, who is woken how often, and what guards may do.

mod guards;
mod line;
mod mapped;
mod threads;
mod types;

use super::{boxed, now};

use crate::common::CountingWaker;

/// As many as the test has waiters.
fn counting<const N: usize>() -> [CountingWaker; N] {
    std::array::from_fn(|_| CountingWaker::new())
}
