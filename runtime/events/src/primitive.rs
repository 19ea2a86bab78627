//! What does a runtime know about a primitive of `sync`?
//!
//! Its kind, number and counts. A primitive that a runtime has seen has a [`Primitive`], which the
//! entries of its waits and holds share, so that a snapshot reads the counts without the
//! primitive's own lock.
//!
//! Interface: [`Primitive`]. Invariant: whoever writes a count holds the primitive's lock, so the
//! counts are those after its latest act.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed};

use crate::snapshot::ThingNow;
use crate::{Act, Id, Place, SyncKind, Units};

/// A primitive of `sync`, as its runtime knows it.
#[derive(Debug)]
pub struct Primitive {
    /// Its kind.
    pub kind: SyncKind,
    /// Its number in events.
    pub id: Id,
    number: usize,
    made: Option<Place>,
    room: Option<usize>,
    /// [`UNKNOWN`] until the first act.
    count: AtomicUsize,
    senders: AtomicUsize,
    closed: AtomicBool,
    /// The wait that it served last.
    handed: AtomicU64,
}

const UNKNOWN: usize = usize::MAX;

impl Primitive {
    /// One that is made here, or first used, as the `number`th of its kind. `count` is what it has
    /// now, if that is known, and `room` the number of values that fit.
    pub(crate) fn new(
        (kind, id, number): (SyncKind, Id, usize),
        made: Option<Place>,
        count: Option<usize>,
        room: Option<usize>,
    ) -> Primitive {
        let senders = if kind.is_channel() && made.is_some() { 1 } else { UNKNOWN };
        Primitive {
            kind,
            id,
            number,
            made,
            room,
            count: AtomicUsize::new(count.unwrap_or(UNKNOWN)),
            senders: AtomicUsize::new(senders),
            closed: AtomicBool::new(false),
            handed: AtomicU64::new(0),
        }
    }

    /// Notes an act, after which the count is `count`.
    #[inline]
    pub fn note_act(&self, act: Act, units: Units, count: usize) {
        match act {
            Act::Refuse => return,
            Act::Close => self.closed.store(true, Relaxed),
            Act::Open => self.closed.store(false, Relaxed),
            Act::Senders => {
                self.senders
                    .store(if let Units::Count(all) = units { all as usize } else { 0 }, Relaxed);
            }
            Act::End => self.senders.store(0, Relaxed),
            Act::Take | Act::Release | Act::Forget | Act::Put | Act::Get => {}
        }
        self.count.store(count, Relaxed);
    }

    /// Notes that its latest act has served this wait.
    pub fn note_served(&self, wait: Id) {
        self.handed.store(wait.get(), Relaxed);
    }

    /// Forgets that this wait was served, since its future waits again.
    pub(crate) fn forget_served(&self, wait: Id) {
        if self.has_served(wait) {
            self.handed.store(0, Relaxed);
        }
    }

    pub(crate) fn has_served(&self, wait: Id) -> bool {
        self.handed.load(Relaxed) == wait.get()
    }

    pub(crate) fn now(&self) -> ThingNow {
        let known = |count: &AtomicUsize| Some(count.load(Relaxed)).filter(|it| *it != UNKNOWN);
        ThingNow {
            id: self.id,
            kind: self.kind,
            number: self.number,
            made: self.made,
            count: known(&self.count),
            room: self.room,
            senders: known(&self.senders),
            closed: self.closed.load(Relaxed),
        }
    }
}
