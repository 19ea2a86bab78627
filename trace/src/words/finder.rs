//! Of which waits are the functions found?
//!
//! Finding the names of one stack takes half a millisecond in a debug build. So that is done for the
//! first [`MANY`] waits of a run; after those only where a task waits at this line for the first time.
//! (Without debug assertions a wait has no line, and finding names is quick: there all are found.)
//!
//! Interface: [`Finder::take`], then [`Finder::of`] for each record, or [`Finder::found`] for several. Invariant: what is found is the
//! record's own. A wait that was left out has none, and a page that shows another's says so.

use std::collections::{HashSet, VecDeque};

use kettle_events::{Id, Record, Stack};

use super::quick::key;
use super::stack::{Frame, await_stack, warm_up};

const MANY: usize = 1_000;
/// So many tasks at lines are remembered. Then all begins anew.
const MOST: usize = 100_000;

/// Finds the functions in which tasks wait.
#[derive(Debug)]
pub(crate) struct Finder {
    /// Of the records that come next.
    coming: VecDeque<Stack>,
    found: usize,
    /// The tasks, and the lines at which they have waited (by address: they are constants).
    known: HashSet<(Id, usize)>,
}

impl Finder {
    /// Takes its time: it is to be made before the run.
    pub(crate) fn new() -> Finder {
        warm_up();
        Finder { coming: VecDeque::new(), found: 0, known: HashSet::new() }
    }

    /// Takes the stacks of the records that come next.
    pub(crate) fn take<'a>(&mut self, stacks: impl IntoIterator<Item = &'a Stack>) {
        self.coming.clear();
        self.coming.extend(stacks.into_iter().cloned());
    }

    /// The numbers of those of these records whose functions are found, and these.
    pub(crate) fn found<'a>(
        &'a mut self,
        records: &'a [Record],
    ) -> impl Iterator<Item = (u64, Vec<Frame>)> + 'a {
        records.iter().filter_map(|record| Some((record.seq, self.of(record)?)))
    }

    /// The functions in which this record's task waits, the outermost first; `None`: they are not found.
    pub(crate) fn of(&mut self, record: &Record) -> Option<Vec<Frame>> {
        let task = record.task?;
        let (_, stack) = self.coming.pop_front_if(|(seq, _)| *seq <= record.seq)?;
        if self.known.len() >= MOST {
            self.known.clear();
        }
        let new = record.at.is_none_or(|at| self.known.insert((task, key(at))));
        (new || self.found < MANY).then(|| {
            self.found += 1;
            await_stack(&stack.to_string())
        })
    }
}

#[cfg(test)]
mod tests {
    use std::backtrace::Backtrace;
    use std::sync::Arc;

    use super::*;
    use crate::fixture::{Lock, Script, place};

    #[test]
    fn after_many_waits_only_those_at_new_lines_are_looked_at() {
        let (task, lock) = (Id::next(), Lock(Id::next()));
        let mut script = Script::new();
        script.task(task);
        for ticket in 0..MANY + 20 {
            script.write(lock.wait(ticket));
        }
        let (here, there) = (place(), place());
        let mut finder = Finder { coming: VecDeque::new(), found: 0, known: HashSet::new() };
        let stack = Arc::new(Backtrace::disabled());
        let mut is_found = |index: usize, at| {
            let record = Record { at, ..script.records[index] };
            finder.take(&[(record.seq, stack.clone())]);
            finder.of(&record).is_some()
        };
        assert!((0..MANY).all(|index| is_found(index, Some(here))));
        assert!(!is_found(MANY, Some(here)));
        assert!(is_found(MANY + 1, Some(there)) && !is_found(MANY + 2, Some(there)));
        assert!(is_found(MANY + 3, None) && is_found(MANY + 4, None));
    }
}
