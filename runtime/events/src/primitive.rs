//! What does a runtime know about a channel, a lock or a semaphore?
//!
//! Its kind, number and counts ([`ThingNow`]). A primitive of `sync` that a runtime has seen has a
//! [`Primitive`], which the rows of its waits and holds in the table of what exists (`table.rs`)
//! share, so that a snapshot reads the counts without the primitive's own lock. Invariant: who
//! notes something holds that lock, so the counts are those after the latest act.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed};

use crate::snapshot::ThingNow;
use crate::{Act, Id, Units};

/// A primitive of `sync`, as its runtime knows it.
#[derive(Debug)]
pub struct Primitive {
    /// Its number in events.
    pub id: Id,
    /// What doesn't change. Its counts are those below.
    fixed: ThingNow,
    /// What a [`ThingNow`] calls its `count`, or [`UNKNOWN`]; the same holds for `senders`.
    count: AtomicUsize,
    senders: AtomicUsize,
    closed: AtomicBool,
    /// The wait that it served last, or 0: a snapshot says that this one doesn't wait any more.
    served: AtomicU64,
}

const UNKNOWN: usize = usize::MAX;

impl Primitive {
    /// A primitive that is made now, or first used.
    pub(crate) fn new(fixed: ThingNow) -> Primitive {
        let [count, senders] = [fixed.count, fixed.senders].map(|it| it.unwrap_or(UNKNOWN).into());
        let (closed, served) = (false.into(), 0.into());
        Primitive { id: fixed.id, fixed, count, senders, closed, served }
    }

    /// Notes an act, after which the count is `count`.
    #[inline]
    pub fn note_act(&self, act: Act, units: Units, count: usize) {
        match (act, units) {
            (Act::Refuse, _) => return, // a call has failed, which changes nothing
            (Act::Close, _) => self.closed.store(true, Relaxed),
            (Act::Open, _) => self.closed.store(false, Relaxed), // it has a receiver again
            (Act::Senders, Units::Count(left)) => self.senders.store(left as usize, Relaxed),
            (Act::End, _) => self.senders.store(0, Relaxed), // the last sender is gone
            _ => {}
        }
        self.count.store(count, Relaxed);
    }

    /// Notes that its latest act has served this wait: it gave the waiter its turn or its units.
    pub fn note_served(&self, wait: Id) {
        self.served.store(wait.get(), Relaxed);
    }

    /// Forgets that this wait was served, since its future waits again.
    pub(crate) fn forget_served(&self, wait: Id) {
        _ = self.served.compare_exchange(wait.get(), 0, Relaxed, Relaxed);
    }

    pub(crate) fn has_served(&self, wait: Id) -> bool {
        self.served.load(Relaxed) == wait.get()
    }

    pub(crate) fn now(&self) -> ThingNow {
        let [count, senders] = [&self.count, &self.senders]
            .map(|count| Some(count.load(Relaxed)).filter(|count| *count != UNKNOWN));
        ThingNow { count, senders, closed: self.closed.load(Relaxed), ..self.fixed }
    }
}
