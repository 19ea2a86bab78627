//! Which task is next if each has a priority by chance?
//!
//! Of those that are ready, the one with the highest. A task draws its priority when it is first
//! seen. At [`CHANGES`] choices of the run, drawn beforehand, the task that would be next falls
//! below all others instead. (*PCT*: Burckhardt and others, 2010.)
//!
//! A bug of *depth* d shows when d pairs of polls come in a certain order, whatever the others do.
//! A random walk has to answer right at each choice until then. Priorities have to be right once,
//! and changes at d − 1 choices: so the chance to find the bug has a lower bound
//! (docs/schedules.md).
//!
//! How long the run is going to be isn't known, since a seed repeats a run with nothing but its
//! number. So a length is drawn, too: 2, 4, 8, … up to [`MOST`] choices. After so many the usual
//! order takes over, which is fair: a task that wakes itself until another has run would be the
//! next for ever.
//!
//! Interface: [`Priorities`]. A choice is a question that has at least two answers.

use std::collections::HashMap;

use kettle_events::Id;

use super::random::Random;

/// The number of changes of priority in a run: enough for a bug of depth 3.
const CHANGES: usize = 2;

/// How many choices go by priorities.
const MOST: usize = 1 << LENGTHS;

/// How many lengths of a run may be drawn.
const LENGTHS: usize = 12;

/// The order of all tasks in one run.
pub(crate) struct Priorities {
    random: Random,
    of_tasks: HashMap<Id, usize>,
    choice: usize,
    /// The choices at which a task falls. One that falls at the first has the lowest priority.
    changes: [usize; CHANGES],
}

impl Priorities {
    pub(crate) fn new(mut random: Random) -> Priorities {
        let length = 2 << random.below(LENGTHS);
        let changes = [(); CHANGES].map(|()| 1 + random.below(length));
        Priorities { random, of_tasks: HashMap::new(), choice: 0, changes }
    }

    /// The number of the task that is next among these.
    pub(crate) fn next(&mut self, ready: &mut dyn Iterator<Item = Id>) -> usize {
        if self.choice == MOST {
            return 0;
        }
        self.choice += 1;
        let ready: Vec<Id> = ready.collect();
        for priority in 0..CHANGES {
            if self.changes[priority] == self.choice {
                let falls = ready[self.highest(&ready)];
                self.of_tasks.insert(falls, priority);
            }
        }
        self.highest(&ready)
    }

    fn highest(&mut self, ready: &[Id]) -> usize {
        let mut draw = || CHANGES + self.random.below(usize::MAX - CHANGES);
        let priorities =
            ready.iter().map(|task| *self.of_tasks.entry(*task).or_insert_with(&mut draw));
        let highest = priorities.enumerate().max_by_key(|(_, priority)| *priority);
        highest.map_or(0, |(nth, _)| nth)
    }
}
