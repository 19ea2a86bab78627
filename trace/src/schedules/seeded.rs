//! What does a seed decide?
//!
//! Everything that the runtime asks. But not with the same odds each time: of two runs that stir
//! all points at every choice, the second tells little that is new, and a program that is disturbed
//! at every read gets nowhere near its mistake. So a seed first draws, for each point, how often it
//! interferes there: always, now and then, seldom, or never (*swarm testing*). Orders are stirred
//! in most runs; transfers, budgets and needless polls in some.
//!
//! Only even seeds draw each time which task is next. With odd ones tasks have
//! priorities (`priorities.rs`).
//!
//! Interface: [`Seeded`]. Invariant: the same seed and the same questions give the same answers, on
//! every machine.

use kettle_events::{Id, Point};
use kettle_runtime::Schedule;

use super::decision::{POINTS, is_fault, is_order};
use super::priorities::Priorities;
use super::random::Random;

/// A schedule that follows from a number.
pub(crate) struct Seeded {
    random: Random,
    /// For each point: one in so many questions gets an answer other than 0; 0: none.
    odds: [u64; POINTS.len()],
    /// The tasks' priorities, if the seed is odd.
    priorities: Option<Priorities>,
    faults: Faults,
}

/// What the network does: so often, and so many times more. A run with many faults tells little. It
/// has a generator of its own, so that other answers don't move.
struct Faults {
    random: Random,
    odds: usize,
    left: u32,
}

const FAULTS: u32 = 2;

impl Seeded {
    pub(crate) fn new(seed: u64) -> Seeded {
        let mut random = Random(seed);
        let odds = POINTS.map(|(point, _)| {
            let odds: &[u64] =
                if is_order(point) { &[1, 1, 2, 4, 16, 0] } else { &[0, 0, 64, 16, 4] };
            odds[random.below(odds.len())]
        });
        let priorities = (seed % 2 == 1).then(|| Priorities::new(Random(!seed)));
        let mut own = Random(seed.rotate_left(32));
        let faults = Faults { odds: [4, 16, 64][own.below(3)], random: own, left: FAULTS };
        Seeded { random, odds, priorities, faults }
    }
}

impl Faults {
    fn choose(&mut self, among: usize) -> usize {
        if self.left == 0 || self.random.below(self.odds) > 0 {
            return 0;
        }
        self.left -= 1;
        1 + self.random.below(among - 1)
    }
}

impl Schedule for Seeded {
    fn choose(&mut self, point: Point, among: usize) -> usize {
        if is_fault(point) {
            return self.faults.choose(among);
        }
        let at = POINTS.iter().position(|(known, _)| *known == point);
        match at.map_or(1, |at| self.odds[at]) {
            0 => 0,
            1 => self.random.below(among),
            odds if self.random.below(usize::try_from(odds).unwrap_or(usize::MAX)) > 0 => 0,
            // As little as can be moved is the usual trouble.
            _ if point == Point::Transfer && self.random.below(2) == 0 => among - 1,
            _ => 1 + self.random.below(among - 1),
        }
    }

    fn choose_task(&mut self, among: usize, ready: &mut dyn Iterator<Item = Id>) -> usize {
        match &mut self.priorities {
            Some(priorities) => priorities.next(ready),
            None => self.choose(Point::Task, among),
        }
    }
}

#[cfg(test)]
mod tests {
    use kettle_events::Fault;

    use super::*;

    #[test]
    fn some_seeds_leave_a_point_alone_and_some_stir_it() {
        for (point, _) in POINTS {
            let stirs = |seed| {
                let mut seeded = Seeded::new(seed);
                (0..200).any(|_| seeded.choose(point, 2) > 0)
            };
            let stirred = (0..100).filter(|seed| stirs(*seed)).count();
            assert!((20..=95).contains(&stirred), "{point:?}: {stirred}");
        }
    }

    #[test]
    fn a_fault_comes_twice_at_most_and_moves_no_other_answer() {
        for seed in 0..100 {
            let (mut calm, mut seeded) = (Seeded::new(seed), Seeded::new(seed));
            let mut cuts = || {
                assert_eq!(seeded.choose(Point::Task, 9), calm.choose(Point::Task, 9));
                seeded.choose(Point::Fault(&Fault { word: "net.cut", does: &[] }), 3) > 0
            };
            assert!((0..200).filter(|_| cuts()).count() <= 2);
        }
    }
}
