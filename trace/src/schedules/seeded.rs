//! How does a seed decide?
//!
//! By a generator of its own (xorshift), so that nothing else that draws numbers moves its answers.
//! Where things have an order, each of them is equally likely to come next. A point where something is
//! cut short or done once too often is left alone seven times in eight: a program should go on.
//!
//! Interface: [`Seeded`]. Invariant: the same seed and the same questions give the same answers, on
//! every machine.

use kettle_events::Point;
use kettle_runtime::Schedule;

/// Decides by a seed.
#[derive(Clone, Debug)]
pub(crate) struct Seeded(u64);

impl Seeded {
    pub(crate) fn new(seed: u64) -> Seeded {
        // The generator never leaves 0; the multiplication spreads small seeds over all bits.
        Seeded((seed ^ 0x9E37_79B9_7F4A_7C15).wrapping_mul(0xBF58_476D_1CE4_E5B9) | 1)
    }

    /// A number below this, which is not 0.
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        let scaled = (u128::from(self.0) * limit as u128) >> 64;
        usize::try_from(scaled).expect("it is below the limit")
    }
}

impl Schedule for Seeded {
    fn choose(&mut self, point: Point, among: usize) -> usize {
        let in_order = match point {
            Point::Task
            | Point::Timer
            | Point::Source
            | Point::Message
            | Point::Deferred
            | Point::Select => true,
            Point::Transfer | Point::Budget | Point::Spurious => false,
        };
        if in_order || self.below(8) == 0 { self.below(among) } else { 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_answers_each_time_and_another_seed_others() {
        let answers = |seed| -> Vec<usize> {
            let mut seeded = Seeded::new(seed);
            (2..100).map(|among| seeded.choose(Point::Task, among)).collect()
        };
        assert_eq!(answers(713), answers(713));
        assert_ne!(answers(713), answers(714));
    }

    #[test]
    fn every_answer_comes_and_none_that_is_too_large() {
        for point in [Point::Task, Point::Transfer, Point::Spurious] {
            for among in [2, 3, 10] {
                let mut counts = vec![0; among];
                let mut seeded = Seeded::new(among as u64);
                (0..1000).for_each(|_| counts[seeded.choose(point, among)] += 1);
                assert!(counts.iter().all(|&count| count > 0), "{point:?} of {among}: {counts:?}");
            }
        }
        assert!(Seeded::new(1).choose(Point::Transfer, usize::MAX) < usize::MAX);
    }
}
