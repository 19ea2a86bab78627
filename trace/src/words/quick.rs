//! How are ids and places looked up quickly?
//!
//! In hash maps whose hasher takes one multiplication. Somebody who chooses the keys could make
//! such a map slow, but no attacker chooses these.
//!
//! Interface: a `HashMap<u64, V, Quick>` has this hasher ([`Quick`]); [`address`] gives the key of
//! a place.

use std::hash::{BuildHasherDefault, Hasher};

use kettle_events::Place;

/// Makes a map's hasher. For keys that no attacker chooses: ids, and addresses of places.
pub(crate) type Quick = BuildHasherDefault<QuickHasher>;

/// The address of a place. A place is a constant of the program, so its address identifies it.
pub(crate) fn address(place: Place) -> usize {
    std::ptr::from_ref(place).addr()
}

/// One multiplication. Each event looks up several names, and `std`'s hasher would cost as much as
/// the rest of its line.
#[derive(Debug, Default)]
pub(crate) struct QuickHasher(u64);

impl Hasher for QuickHasher {
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u64(byte.into());
        }
    }

    fn write_u64(&mut self, number: u64) {
        // 2^64 divided by the golden ratio, as Knuth recommends. Only the product's high bits
        // depend on all bits of the number, and a map uses the lowest, too, so the halves swap.
        self.0 = (self.0 ^ number).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(32);
    }

    fn write_usize(&mut self, number: usize) {
        self.write_u64(number as u64);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
