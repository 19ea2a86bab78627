//! Where does `select!` take its dice from?
//!
//! From the runtime, so that a run with a fixed seed comes out the same each time. The numbers are
//! those of xorshift: good enough to be fair, useless as a secret.
//!
//! tokio: a `FastRand` in its context, seeded by `Builder::rng_seed`.

use std::cell::Cell;
use std::hash::{BuildHasher, RandomState};

use crate::context;

/// A small generator of numbers.
pub(crate) struct Rng(u64);

impl Rng {
    pub(crate) fn new(seed: u64) -> Rng {
        // Xorshift stands still at zero; the multiplication spreads small seeds over all bits.
        Rng((seed ^ 0x9E37_79B9_7F4A_7C15).wrapping_mul(0xBF58_476D_1CE4_E5B9) | 1)
    }

    pub(crate) fn next(&mut self) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 32) as u32
    }
}

/// A seed that differs from run to run, from the keys that std draws for its hash maps.
pub(crate) fn any_seed() -> u64 {
    RandomState::new().hash_one(0)
}

/// A number below `limit` (0 for 0), from the seated runtime's generator, elsewhere from one of
/// this thread's own.
///
/// ```
/// assert!(kettle_runtime::random_below(6) < 6);
/// ```
pub fn random_below(limit: u32) -> u32 {
    thread_local! {
        static OWN: Cell<u64> = Cell::new(any_seed());
    }
    let number = context::with_current(|engine| engine.rng.next()).unwrap_or_else(|| {
        let mut rng = Rng::new(OWN.get());
        let number = rng.next();
        OWN.set(rng.0);
        number
    });
    // Scales instead of dividing: the same spread, without a division.
    ((u64::from(number) * u64::from(limit)) >> 32) as u32
}
