//! What exists in a runtime?
//!
//! Each runtime with a sink has a [`Table`]. Whatever lasts has an entry there under a [`Key`],
//! with the same values as in a [`Snapshot`](crate::Snapshot).
//!
//! Invariants: a table has everything that began in its runtime, until it ends. Memory that a burst
//! needed is given back. Not here: who owns an entry (`kept.rs`).

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Weak};
use std::time::Duration;

use slab::Slab;

use crate::primitive::Primitive;
use crate::record::By;
use crate::snapshot::{HoldNow, JobNow, ScopeNow, SourceNow, TaskNow, UnpolledNow, WaitNow};
use crate::spin::Spin;
use crate::{EndNow, Event, Id, KeptId, Kind, Place, Resource, SyncKind};

/// A table with more room than this gives back what it doesn't need.
const KEEP: usize = 1024;

/// What exists in one runtime.
#[derive(Debug, Default)]
pub(crate) struct Table {
    pub(crate) entries: Slab<Entry>,
    /// The tasks in whose polls the innermost poll is.
    pub(crate) around: Vec<Id>,
    pub(crate) driven: bool,
    pub(crate) paused: bool,
    /// How far the clock was moved.
    pub(crate) moved: Duration,
    /// How many waits are in a line, and how many holds there are.
    pub(crate) in_line: usize,
    pub(crate) holds: usize,
    /// When a snapshot first had a wait, and first had it as told, by the runtime's clock; in the
    /// order of their ids.
    pub(crate) met: Vec<(Id, [Option<Duration>; 2])>,
    /// The tasks whose latest polls came to nothing.
    pub(crate) spins: BTreeMap<Id, Spin>,
    /// Futures that were dropped unpolled, in polls that go on and in those that have returned.
    pub(crate) dropped: [Vec<UnpolledNow>; 2],
    /// The last number given in each family.
    counts: [usize; FAMILIES],
}

/// Mains, tasks, jobs, and each kind of primitive: numbers count up in each family.
const MAIN: usize = 0;
const TASK: usize = 1;
const JOB: usize = 2;
const PRIMITIVE: usize = 3;
const FAMILIES: usize = PRIMITIVE + SyncKind::JoinSet as usize + 1;

/// A task that is queued, or isn't, elsewhere than in its runtime's scheduler.
pub trait Queued: fmt::Debug + Send + Sync {
    /// Is it queued?
    fn is_queued(&self) -> bool;
}

#[derive(Debug)]
pub(crate) enum Entry {
    /// For a local set's task, with the set, which knows whether the task is queued.
    Task(TaskNow, Option<Weak<dyn Queued>>),
    /// With the primitive that is waited for, or the time when a timer is due.
    Wait(WaitNow, Option<Arc<Primitive>>, Option<Duration>),
    Hold(HoldNow, Arc<Primitive>),
    Scope(ScopeNow),
    Job(JobNow),
    Source(SourceNow),
}

impl Table {
    fn number(&mut self, family: usize) -> usize {
        self.counts[family] += 1;
        self.counts[family]
    }

    /// The number of a new primitive. (Channels for values in order are one family.)
    pub(crate) fn number_of(&mut self, kind: SyncKind) -> usize {
        let kind = if kind == SyncKind::Oneshot { SyncKind::Mpsc } else { kind };
        self.number(PRIMITIVE + kind as usize)
    }

    /// Applies an event to the table's own fields, and returns the entry that it begins, if any.
    pub(crate) fn apply(&mut self, event: Event, by: impl FnOnce() -> By) -> Option<Entry> {
        match event {
            Event::Spawn { task: id, kind, at, .. } => {
                let number = self.number(if kind == Kind::Main { MAIN } else { TASK });
                return Some(Entry::Task(
                    TaskNow { number, kind, made: Some(at), ..TaskNow::of(id) },
                    None,
                ));
            }
            Event::BlockingStart { task: id } => {
                let (number, made) = (self.number(JOB), by().at.place());
                return Some(Entry::Job(JobNow { id, number, made }));
            }
            Event::SourceAdd { source: id, what } => {
                let (end, fd, ready) = (EndNow::default(), None, [false; 4]);
                return Some(Entry::Source(SourceNow { id, what, end, fd, ready }));
            }
            Event::Scope { scope: id, what, branches } => {
                let By { task: by, scope: around, .. } = by();
                return Some(Entry::Scope(ScopeNow { id, what, branches, around, by }));
            }
            Event::RunStart { paused } => (self.paused, self.driven) = (paused, true),
            Event::RunEnd { .. } => self.driven = false,
            Event::Advance { by, .. } => self.moved += by,
            _ => {}
        }
        None
    }

    /// The entry of a task whose spawn wasn't seen.
    pub(crate) fn unseen_task(&mut self, id: Id) -> Entry {
        Entry::Task(TaskNow { number: self.number(TASK), ..TaskNow::of(id) }, None)
    }

    /// Which of the counts has this entry, if any?
    fn count_of(&mut self, entry: &Entry) -> Option<&mut usize> {
        match entry {
            Entry::Wait(WaitNow { on: Resource::Sync(..), .. }, ..) => Some(&mut self.in_line),
            Entry::Hold(..) => Some(&mut self.holds),
            _ => None,
        }
    }

    pub(crate) fn get_mut(&mut self, key: Key) -> Option<&mut Entry> {
        self.entries.get_mut(key.place())
    }

    /// The task with this entry is at this line of the program, if that is known.
    pub(crate) fn set_task_line(&mut self, key: Key, at: Option<Place>) {
        if let Some(Entry::Task(task, _)) = self.entries.get_mut(key.place())
            && at.is_some()
        {
            task.at = at;
        }
    }

    /// Adds an entry to the table with this number.
    pub(crate) fn insert(&mut self, number: u32, entry: Entry) -> Key {
        if let Some(count) = self.count_of(&entry) {
            *count += 1;
        }
        Key::of(number, self.entries.insert(entry))
    }

    pub(crate) fn remove(&mut self, key: Key) {
        let Some(entry) = self.entries.try_remove(key.place()) else { return };
        if let Some(count) = self.count_of(&entry) {
            *count -= 1;
        }
        let (used, room) = (self.entries.len(), self.entries.capacity());
        if room > KEEP && used < room / 4 && (used.is_power_of_two() || used == 0) {
            self.entries.shrink_to_fit(); // only after its last entry, since entries can't move
        }
    }
}

/// The number of an entry, or of none: its table, and its place there. Of a task that has been
/// polled, the place's highest bit is set, too.
#[derive(Clone, Copy, Debug, Default)]
pub struct Key(KeptId);

const POLLED: u64 = 1 << 31;

impl Key {
    /// No entry.
    pub const NONE: Key = Key(KeptId::NONE);

    /// (A table's number is never 0.)
    fn of(table: u32, place: usize) -> Key {
        let place = place as u64;
        assert!(place < POLLED, "fewer than 2^31 entries at a time");
        Key::numbered(u64::from(table) << 32 | place)
    }

    fn numbered(number: u64) -> Key {
        match Id::of(number) {
            Some(id) => Key(KeptId::of(id)),
            None => Key::NONE,
        }
    }

    fn number(self) -> u64 {
        match self.0.get() {
            Some(id) => id.get(),
            None => 0,
        }
    }

    /// Is there an entry?
    #[inline]
    pub fn is_some(self) -> bool {
        self.number() != 0
    }

    #[inline]
    pub(crate) fn table(self) -> u32 {
        (self.number() >> 32) as u32
    }

    fn place(self) -> usize {
        (self.number() & (POLLED - 1)) as usize
    }

    /// Has its task been polled?
    pub(crate) fn is_polled(self) -> bool {
        self.number() & POLLED != 0
    }

    /// Its task is polled for the first time.
    pub(crate) fn is_polled_now(&mut self) {
        if self.is_some() {
            *self = Key::numbered(self.number() | POLLED);
        }
    }
}
