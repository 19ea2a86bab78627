//! Which random numbers follow from a seed?
//!
//! Interface: [`Random`], a generator (`SplitMix64`) that begins with a seed. Invariant: the same
//! seed gives the same numbers on every machine.

/// A generator of random numbers.
pub(crate) struct Random {
    pub(crate) seed: u64,
}

impl Random {
    /// The next number, from 0 to one below `limit`.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        // The algorithm's own constants.
        self.seed = self.seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.seed;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^= bits >> 31;
        let scaled = (u128::from(bits) * limit as u128) >> 64;
        usize::try_from(scaled).expect("it is below `limit`")
    }

    pub(crate) fn one_of(&mut self, numbers: &[usize]) -> usize {
        numbers[self.below(numbers.len())]
    }
}
