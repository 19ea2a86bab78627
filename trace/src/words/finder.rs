//! Of which waits are the functions found?
//!
//! Finding the names of one stack takes half a millisecond in a debug build. So that is done for the
//! first [`MANY`] waits of a run; after those only where a task waits at this line for the first time.
//! (Without debug assertions a wait has no line, and finding names is quick: there all are found.)
//!
//! [`Last`] keeps the stacks of the last waits, as they were taken, until they are asked for. Each look finds so many at most, and none
//! twice: first each task's latest wait at a line.
//!
//! Interface: [`Finder::take`], then [`Finder::of`] for each record, or [`Finder::found`] for several; [`Last::found`]. Invariant: what is found is the
//! record's own. A wait that was left out has none, and a page that shows another's says so.

use std::backtrace::Backtrace;
use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

use kettle_events::{Id, Record, Stack};

use super::quick::key;
use super::stack::{Frame, await_stack, warm_up};

const MANY: usize = 1_000;
/// So many tasks at lines are remembered. Then all begins anew.
const MOST: usize = 100_000;
/// So many are kept at most: each has some kilobytes.
const KEPT: usize = 10_000;

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

/// The stacks of the last waits, with the numbers of their records.
#[derive(Debug)]
pub(crate) struct Last(VecDeque<(u64, Look)>);

#[derive(Debug)]
enum Look {
    Taken(Arc<Backtrace>),
    Found(Vec<Frame>),
}

impl Last {
    /// As [`Finder::new`].
    pub(crate) fn new() -> Last {
        warm_up();
        Last(VecDeque::new())
    }

    pub(crate) fn take(&mut self, stacks: &[Stack]) {
        self.0.extend(stacks.iter().map(|(seq, stack)| (*seq, Look::Taken(stack.clone()))));
        self.0.drain(..self.0.len().saturating_sub(KEPT));
    }

    /// Forgets this record's, and older ones.
    pub(crate) fn forget(&mut self, seq: u64) {
        self.0.pop_front_if(|(of, _)| *of <= seq);
    }

    /// Finds the functions of some more of these records; gives all that are found.
    pub(crate) fn found(
        &mut self,
        records: &[Record],
    ) -> impl Iterator<Item = (u64, Vec<Frame>)> + '_ {
        let (mut known, mut first, mut then) = (HashSet::new(), Vec::new(), Vec::new());
        for (index, (seq, look)) in self.0.iter().enumerate().rev() {
            let Ok(at) = records.binary_search_by_key(seq, |record| record.seq) else { continue };
            let is_latest = known.insert((records[at].task, records[at].at.map(key)));
            if matches!(look, Look::Taken(_)) {
                if is_latest { &mut first } else { &mut then }.push(index);
            }
        }
        for index in first.into_iter().chain(then).take(MANY) {
            if let Look::Taken(stack) = &self.0[index].1 {
                self.0[index].1 = Look::Found(await_stack(&stack.to_string()));
            }
        }
        self.0.iter().filter_map(|(seq, look)| match look {
            Look::Taken(_) => None,
            Look::Found(frames) => Some((*seq, frames.clone())),
        })
    }
}

#[cfg(test)]
mod tests {
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

    #[test]
    fn a_look_at_the_last_waits_finds_not_too_many_and_none_twice() {
        let (other, task, lock) = (Id::next(), Id::next(), Lock(Id::next()));
        let mut script = Script::new();
        script.task(other);
        script.write(lock.wait(0));
        script.task(task);
        for ticket in 1..MANY + 20 {
            script.write(lock.wait(ticket));
        }
        let here = place();
        let at = |record: &Record| Record { at: Some(here), ..*record };
        let waits: Vec<Record> = script.records.iter().map(at).collect();
        let seqs = |range: std::ops::Range<usize>| waits[range].iter().map(|wait| wait.seq);
        let mut last = Last(VecDeque::new());
        let stacks: Vec<Stack> =
            seqs(0..waits.len()).map(|seq| (seq, Arc::new(Backtrace::disabled()))).collect();
        last.take(&stacks);
        // The other task's only wait is the oldest of all.
        let found: Vec<u64> = last.found(&waits).map(|(seq, _)| seq).collect();
        let latest = seqs(waits.len() - MANY + 1..waits.len());
        assert!(found.into_iter().eq(seqs(0..1).chain(latest)));
        assert_eq!(last.found(&waits).count(), waits.len());
        last.forget(waits[0].seq);
        assert_eq!(last.found(&waits).count(), waits.len() - 1);
        (0..KEPT / 1_000).for_each(|_| last.take(&stacks));
        assert_eq!(last.0.len(), KEPT);
    }
}
