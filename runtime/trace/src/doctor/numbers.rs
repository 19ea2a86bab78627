//! How is something found by its number?
//!
//! In a map whose hash is one multiplication. The numbers are drawn from one counter and nobody can
//! choose them, so there is nothing to be defended against.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A map from the numbers of tasks, timers and the like.
pub(super) type Numbered<T> = HashMap<u64, T, BuildHasherDefault<Mix>>;

/// Spreads a counter's numbers over all bits.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Mix(u64);

impl Hasher for Mix {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write_u64(&mut self, number: u64) {
        let mixed = number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 = mixed ^ (mixed >> 32);
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(self.0 ^ u64::from(*byte));
        }
    }
}
