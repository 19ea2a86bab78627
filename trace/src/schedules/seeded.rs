//! Which schedule does a seed stand for?
//!
//! [`Seeded`] answers all questions of the runtime at random, but not with the same odds. If every
//! run disturbed everything, all runs would be alike, and a program that is disturbed at every read
//! would get nowhere near its bug. So a seed first draws, for each point (the kind of question),
//! how often it gives a random answer: always, now and then, seldom, or never (*swarm testing*).
//! Most runs change the order of things; some change transfers, budgets and needless polls.
//!
//! With even seeds, each choice of the next task is drawn. With odd ones, tasks have priorities
//! (`priorities.rs`).
//!
//! Invariant: the same seed and the same questions give the same answers, on every machine.

use kettle_events::{Id, Point};
use kettle_runtime::Schedule;

use super::decision::{POINTS, is_order};
use super::priorities::Priorities;
use super::random::Random;

/// A schedule that follows from a number.
pub(crate) struct Seeded {
    random: Random,
    /// For each point, one in how many questions gets a random answer; 0: none.
    one_in: [usize; POINTS.len()],
    /// The tasks' priorities, if the seed is odd.
    priorities: Option<Priorities>,
    faults: Faults,
}

/// The faults of the network.
struct Faults {
    /// A generator of its own, so that the answers to other questions don't depend on faults.
    random: Random,
    /// One in how many questions is answered by a fault.
    one_in: usize,
    /// How many faults are left.
    left: u32,
}

/// How many faults a run has at most: a run with many shows little.
const MAX_FAULTS: u32 = 2;

/// What `one_in` is drawn from: for questions of order, for others, and for faults. A number that
/// stands twice is drawn twice as often.
const FOR_ORDER: [usize; 6] = [1, 1, 2, 4, 16, 0];
const FOR_OTHERS: [usize; 5] = [0, 0, 64, 16, 4];
const FOR_FAULTS: [usize; 3] = [4, 16, 64];

impl Seeded {
    pub(crate) fn new(seed: u64) -> Seeded {
        let mut random = Random { seed };
        let one_in = POINTS.map(|(point, _)| {
            if is_order(point) { random.one_of(&FOR_ORDER) } else { random.one_of(&FOR_OTHERS) }
        });
        // Other numbers than those of `random`, from the same seed.
        let priorities = (seed % 2 == 1).then(|| Priorities::new(Random { seed: !seed }));
        let mut for_faults = Random { seed: seed.rotate_left(32) };
        let one_in_for_faults = for_faults.one_of(&FOR_FAULTS);
        let faults = Faults { random: for_faults, one_in: one_in_for_faults, left: MAX_FAULTS };
        Seeded { random, one_in, priorities, faults }
    }
}

impl Faults {
    fn choose(&mut self, among: usize) -> usize {
        if self.left == 0 || self.random.below(self.one_in) > 0 {
            return 0;
        }
        self.left -= 1;
        1 + self.random.below(among - 1)
    }
}

impl Schedule for Seeded {
    fn choose(&mut self, point: Point, among: usize) -> usize {
        if let Point::Fault(_) = point {
            return self.faults.choose(among);
        }
        let index = POINTS.iter().position(|(known, _)| *known == point);
        match index.map_or(1, |index| self.one_in[index]) {
            0 => 0,
            // Each question gets one of all answers, also the usual one.
            1 => self.random.below(among),
            one_in if self.random.below(one_in) > 0 => 0,
            // Half of the short transfers move 1 byte, which breaks programs most often.
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
    fn some_seeds_change_the_answers_at_a_point_and_some_do_not() {
        for (point, _) in POINTS {
            let changes = |seed| {
                let mut seeded = Seeded::new(seed);
                (0..200).any(|_| seeded.choose(point, 2) > 0)
            };
            let changed = (0..100).filter(|seed| changes(*seed)).count();
            assert!((20..=95).contains(&changed), "{point:?}: {changed}");
        }
    }

    #[test]
    fn there_are_two_faults_at_most_and_they_change_no_other_answer() {
        for seed in 0..100 {
            let (mut without, mut seeded) = (Seeded::new(seed), Seeded::new(seed));
            let mut is_cut = || {
                assert_eq!(seeded.choose(Point::Task, 9), without.choose(Point::Task, 9));
                seeded.choose(Point::Fault(&Fault { word: "net.cut", does: &[] }), 3) > 0
            };
            assert!((0..200).filter(|_| is_cut()).count() <= 2);
        }
    }
}
