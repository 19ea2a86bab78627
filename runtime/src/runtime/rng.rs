//! Where do random numbers come from?
//!
//! From xorshift: good enough to be fair, useless as a secret. A runtime's generator may be seeded
//! (`Config::rng_seed` in `runtime.rs`), so that a run comes out the same each time. `select!`
//! draws its first branch by `random_below` (`context.rs`).
//!
//! tokio: `FastRand`, seeded by `Builder::rng_seed`.

use std::hash::{BuildHasher, RandomState};

/// A small generator of numbers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rng(u64);

impl Rng {
    pub(crate) fn new(seed: u64) -> Rng {
        // Xorshift never leaves zero; the multiplication spreads small seeds over all bits.
        Rng((seed ^ 0x9E37_79B9_7F4A_7C15).wrapping_mul(0xBF58_476D_1CE4_E5B9) | 1)
    }

    /// A seed that differs from run to run, from the keys that std draws for its hash maps.
    pub(crate) fn from_any_seed() -> Rng {
        Rng::new(RandomState::new().hash_one(0))
    }

    /// A number below `limit` (0 for 0). Scales instead of dividing: the same spread.
    pub(crate) fn below(&mut self, limit: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (((self.0 >> 32) * u64::from(limit)) >> 32) as u32
    }
}
