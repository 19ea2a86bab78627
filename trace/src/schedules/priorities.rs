//! Which task is next if each has a random priority (PCT)?
//!
//! The ready task with the highest priority. A task draws its priority when it is first seen. At
//! [`CHANGES`] choices of the run, which are drawn beforehand, the task that would be next gets a
//! priority below all others instead. (*PCT*: Burckhardt and others, 2010.)
//!
//! A bug of *depth* d shows if d pairs of polls come in a certain order, whatever the others do. If
//! each choice were drawn for itself, each would have to be right until then. Priorities must be
//! right once, and change at d − 1 right choices, so the probability of finding the bug has a lower
//! bound (docs/schedules.md).
//!
//! The changes are drawn within a length of the run that is drawn, too (2, 4, 8, … up to
//! [`MAX_CHOICES`] choices), because the real length isn't known beforehand. After [`MAX_CHOICES`]
//! choices the usual order takes over: with priorities, a task that wakes itself until another has
//! run would be next for ever.
//!
//! Interface: [`Priorities::next`] answers a choice: a question with at least two answers.

use std::collections::HashMap;

use kettle_events::Id;

use super::random::Random;

/// The number of changes of priority in a run: enough for a bug of depth 3.
const CHANGES: usize = 2;

/// How many choices are answered by priorities.
const MAX_CHOICES: usize = 1 << LENGTHS;

/// How many different lengths of a run can be drawn: 2, 4, 8 and so on.
const LENGTHS: usize = 12;

/// The priorities of all tasks in one run.
pub(crate) struct Priorities {
    random: Random,
    by_task: HashMap<Id, usize>,
    /// How many choices there were.
    choice: usize,
    /// The choices at which a task's priority falls: at the first one to 0, at the second to 1.
    changes: [usize; CHANGES],
}

impl Priorities {
    pub(crate) fn new(mut random: Random) -> Priorities {
        let length = 2 << random.below(LENGTHS);
        let changes = [(); CHANGES].map(|()| 1 + random.below(length));
        Priorities { random, by_task: HashMap::new(), choice: 0, changes }
    }

    /// The index, among the ready tasks, of the one that is next.
    pub(crate) fn next(&mut self, ready: &mut dyn Iterator<Item = Id>) -> usize {
        if self.choice == MAX_CHOICES {
            return 0;
        }
        self.choice += 1;
        let ready: Vec<Id> = ready.collect();
        for priority in 0..CHANGES {
            if self.changes[priority] == self.choice {
                let fallen = ready[self.highest(&ready)];
                self.by_task.insert(fallen, priority);
            }
        }
        self.highest(&ready)
    }

    /// The index of the task with the highest priority. New tasks draw theirs, above those of all
    /// tasks that have fallen.
    fn highest(&mut self, ready: &[Id]) -> usize {
        let mut draw = || CHANGES + self.random.below(usize::MAX - CHANGES);
        let priorities =
            ready.iter().map(|task| *self.by_task.entry(*task).or_insert_with(&mut draw));
        let highest = priorities.enumerate().max_by_key(|(_, priority)| *priority);
        highest.map_or(0, |(index, _)| index)
    }
}
