//! What is there now, while nothing is recorded?
//!
//! A sink may want records only where there is a reason to look ([`Sink::wants`]). Until then the
//! runtime's [`RemoteEvents`] keeps the event that began each thing that lasts: a task, a job, a
//! source, a hold. Scopes are in the recorder; waits, which may end on any thread, in `open.rs`.
//!
//! Interface: [`State`], [`Lasting`]; [`By`], who does something. Not here: how a look tells it
//! (`look.rs`). Invariant: what has ended is forgotten, so there are as many entries as things.
//!
//! [`Sink::wants`]: crate::Sink::wants
//! [`RemoteEvents`]: crate::RemoteEvents

use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Instant;

use crate::{Act, At, Event, Id, Place, SyncKind, Thing, Units};

/// By the machine's clock, and how far the runtime's was moved until then.
pub(crate) type Since = (Instant, u64);

/// So many waits that were served are kept.
const SERVED: usize = 64;

/// So many runtimes are to be looked at.
pub(crate) static ASKED: AtomicUsize = AtomicUsize::new(0);

/// Who does something?
#[derive(Clone, Copy, Debug)]
pub(crate) struct By {
    /// The running task (or a job).
    pub(crate) task: Option<Id>,
    /// The branch in which that is.
    pub(crate) scope: Option<Id>,
    /// The program's line.
    pub(crate) at: At,
}

impl By {
    pub(crate) const NOBODY: By = By { task: None, scope: None, at: At::Unknown };
}

/// What is there of one runtime.
#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) there: ByNumber<Lasting>,
    pub(crate) paused: bool,
    pub(crate) driven: bool,
    /// Futures that were dropped unpolled, to be told at the next look.
    pub(crate) unpolled: Vec<Lasting>,
    /// The latest waits that were given a lock.
    pub(crate) served: Vec<Id>,
}

/// An event that began something.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lasting {
    pub(crate) event: Event,
    pub(crate) place: Place,
    pub(crate) by: By,
    pub(crate) since: Since,
}

/// Is a runtime of this process to be looked at?
pub(crate) fn is_asked() -> bool {
    ASKED.load(Relaxed) > 0
}

impl State {
    pub(crate) fn keep(&mut self, it: Lasting) {
        let begins = match it.event {
            Event::Spawn { task, .. } | Event::BlockingStart { task } => task.get(),
            Event::SourceNew { source, .. } => source.get(),
            Event::SyncAct { act: Act::Take, item: hold @ 1.., .. } => hold,
            _ => return self.change(it),
        };
        self.there.insert(begins, it);
    }

    fn change(&mut self, it: Lasting) {
        match it.event {
            Event::RunStart { paused } => (self.paused, self.driven) = (paused, true),
            Event::RunEnd { .. } => self.driven = false,
            Event::Served { wait } => {
                if self.served.len() == SERVED {
                    self.served.remove(0);
                }
                self.served.push(wait);
            }
            Event::Unpolled { .. } => self.unpolled.push(it),
            Event::SyncAct { act: Act::Release, item, with, units, .. } => {
                self.gives_back(item, with, units);
            }
            Event::SyncAct { kind, act: Act::Forget, item, units, .. }
                if kind.is_lock() || kind == SyncKind::Semaphore =>
            {
                self.gives_back(item, item, units);
            }
            event => {
                if let Some(Thing::Task(id) | Thing::Source(id)) = event.ends() {
                    self.there.remove(id.get());
                }
            }
        }
    }

    /// A hold goes on with less, or is over; into the hold `with`, if that is another one.
    fn gives_back(&mut self, hold: u64, with: u64, some: Units) {
        match (self.units(hold), some) {
            (Some(Units::Count(all)), Units::Count(some)) if *all > some => *all -= some,
            _ => drop(self.there.remove(hold)),
        }
        if with != hold
            && let (Some(Units::Count(all)), Units::Count(more)) = (self.units(with), some)
        {
            *all += more;
        }
    }

    fn units(&mut self, hold: u64) -> Option<&mut Units> {
        match &mut self.there.get_mut(hold)?.event {
            Event::SyncAct { units, .. } => Some(units),
            _ => None,
        }
    }
}

/// By numbers that are never given twice, in their order. (In a debug build a hash table costs ten
/// times as much.)
#[derive(Debug)]
pub(crate) struct ByNumber<T> {
    /// `None`: it is gone; but the last is there.
    list: Vec<(u64, Option<T>)>,
    gone: usize,
}

impl<T> Default for ByNumber<T> {
    fn default() -> ByNumber<T> {
        ByNumber { list: Vec::new(), gone: 0 }
    }
}

impl<T> ByNumber<T> {
    /// Mostly it is the highest number so far; another thread may have drawn a higher one.
    pub(crate) fn insert(&mut self, number: u64, value: T) {
        let behind = self.list.iter().rev().take_while(|(other, _)| *other > number).count();
        self.list.insert(self.list.len() - behind, (number, Some(value)));
    }

    fn place(&self, number: u64) -> Option<usize> {
        match self.list.last() {
            Some((last, _)) if *last == number => Some(self.list.len() - 1),
            _ => self.list.binary_search_by_key(&number, |(other, _)| *other).ok(),
        }
    }

    pub(crate) fn get_mut(&mut self, number: u64) -> Option<&mut T> {
        let place = self.place(number)?;
        self.list[place].1.as_mut()
    }

    pub(crate) fn remove(&mut self, number: u64) -> Option<T> {
        let place = self.place(number)?;
        let value = self.list[place].1.take()?;
        self.gone += 1;
        while let Some((_, None)) = self.list.last() {
            self.list.pop();
            self.gone -= 1;
        }
        if self.gone > self.list.len() / 2 {
            self.list.retain(|(_, value)| value.is_some());
            self.gone = 0;
        }
        Some(value)
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &T> {
        self.list.iter().filter_map(|(_, value)| value.as_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_ended_is_forgotten_in_any_order() {
        let mut kept = ByNumber::default();
        for number in [3, 1, 2, 5, 4] {
            kept.insert(number, number);
        }
        assert!(kept.values().is_sorted());
        assert_eq!([5, 2, 2, 6].map(|number| kept.remove(number)), [Some(5), Some(2), None, None]);
        assert_eq!(kept.get_mut(3), Some(&mut 3));
        assert_eq!([1, 4, 3].map(|number| kept.remove(number)), [Some(1), Some(4), Some(3)]);
        assert_eq!((kept.list.len(), kept.gone), (0, 0));
    }
}
