//! Where does a snapshot find everything that exists in a runtime?
//!
//! In the [`Table`] of the runtime, if that has a sink. Whatever lasts has a row there under a
//! [`Key`], with the same values as in a [`Snapshot`](crate::Snapshot).
//!
//! Invariants: a table has everything that began in its runtime, until it ends. Memory that a burst
//! needed is given back. Not here: who owns a row (`owner.rs`).

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Weak};
use std::time::Duration;

use crate::primitive::Primitive;
use crate::record::By;
use crate::snapshot::{HoldNow, JobNow, ScopeNow, SourceNow, TaskNow, UnpolledNow, WaitNow};
use crate::spin::Spin;
use crate::{EndNow, Event, Id, Kind, Place, Resource, SyncKind};

/// A table with room for more rows than this gives back what it doesn't need.
const KEPT_ROOM: usize = 1024;

/// What exists in one runtime.
#[derive(Debug, Default)]
pub(crate) struct Table {
    /// Its number, which keys contain: from 1, and 0 unless its runtime has a sink.
    pub(crate) number: u32,
    /// Not in a slab, as the engine's tasks are: a slab moves a row several times, so in a debug
    /// build, whose doctor reads this, each row would take a sixth more instructions.
    pub(crate) rows: Vec<Row>,
    /// The places of rows that were removed. Some of them may be no more ([`Table::shrink`]).
    free: Vec<u32>,
    /// The tasks in whose polls the innermost poll is.
    pub(crate) around: Vec<Id>,
    pub(crate) driven: bool,
    pub(crate) paused: bool,
    /// How far the paused clock was moved.
    pub(crate) moved: Duration,
    /// How many waits are in a line, and how many holds there are.
    pub(crate) in_line: usize,
    pub(crate) holds: usize,
    /// The tasks whose latest polls came to nothing.
    pub(crate) spins: BTreeMap<Id, Spin>,
    /// Futures that were dropped unpolled: those of an open poll count once it has returned.
    pub(crate) dropped_in_open_polls: Vec<UnpolledNow>,
    pub(crate) dropped_in_ended_polls: Vec<UnpolledNow>,
    /// The last number given to a future of `block_on`, a task, a job, a primitive of each kind.
    mains: usize,
    tasks: usize,
    jobs: usize,
    primitives: [usize; SyncKind::JoinSet as usize + 1],
}

/// A task that is queued, or isn't, elsewhere than in its runtime's scheduler.
pub trait Queued: fmt::Debug + Send + Sync {
    /// Is it queued?
    fn is_queued(&self) -> bool;
}

#[derive(Debug)]
pub(crate) enum Row {
    /// Nothing any more, until a new row takes its place.
    Free,
    /// For a local set's task, with the set, which knows whether the task is queued.
    Task(TaskNow, Option<Weak<dyn Queued>>),
    /// With the primitive that is waited for. The times of the wait and of its report are those of
    /// the first snapshots with them, and `MAX` before.
    Wait(WaitNow, Option<Arc<Primitive>>),
    Hold(HoldNow, Arc<Primitive>),
    Scope(ScopeNow),
    Job(JobNow),
    Source(SourceNow),
}

impl Table {
    /// The number of a new primitive. (Channels for values in order are one family.)
    pub(crate) fn number_of(&mut self, kind: SyncKind) -> usize {
        let kind = if kind == SyncKind::Oneshot { SyncKind::Mpsc } else { kind };
        next(&mut self.primitives[kind as usize])
    }

    /// Applies an event to the table's own fields, and adds the row that it begins, if any.
    pub(crate) fn apply(&mut self, event: Event, by: impl FnOnce() -> By) -> Key {
        match event {
            Event::Spawn { task, kind, at, .. } => return self.add_task(task, kind, Some(at)),
            Event::BlockingStart { task: id } => {
                let (number, made) = (next(&mut self.jobs), by().at.place());
                return self.insert(Row::Job(JobNow { id, number, made }));
            }
            Event::SourceAdd { source: id, what } => {
                let (end, fd, ready) = (EndNow::default(), None, [false; 4]);
                return self.insert(Row::Source(SourceNow { id, what, end, fd, ready }));
            }
            Event::Scope { scope: id, what, branches } => {
                let By { task: by, scope: around, .. } = by();
                return self.insert(Row::Scope(ScopeNow { id, what, branches, around, by }));
            }
            Event::RunStart { paused } => (self.paused, self.driven) = (paused, true),
            Event::RunEnd { .. } => self.driven = false,
            Event::Advance { by, .. } => self.moved += by,
            _ => {}
        }
        Key::NONE
    }

    /// Adds a task. Where it was made isn't known if a local set has brought it from outside.
    pub(crate) fn add_task(&mut self, id: Id, kind: Kind, made: Option<Place>) -> Key {
        let number = next(if kind == Kind::Main { &mut self.mains } else { &mut self.tasks });
        let (at, queued, handles, clones, polled, cancelled) =
            (None, None, None, None, false, false);
        let now =
            TaskNow { id, number, kind, made, at, queued, polled, cancelled, handles, clones };
        self.insert(Row::Task(now, None))
    }

    pub(crate) fn get_mut(&mut self, key: Key) -> Option<&mut Row> {
        if key.table() == self.number { self.rows.get_mut(key.place() as usize) } else { None }
    }

    /// The task with this row is at this line of the program, if that is known.
    pub(crate) fn set_task_line(&mut self, key: Key, at: Option<Place>) {
        if let Some(Row::Task(now, _)) = self.get_mut(key) {
            now.at = at.or(now.at);
        }
    }

    /// Adds a row, unless the runtime has ended.
    pub(crate) fn insert(&mut self, row: Row) -> Key {
        if !cfg!(feature = "causes") || self.number == 0 {
            return Key::NONE;
        }
        match &row {
            Row::Wait(now, _) if matches!(now.on, Resource::Sync(..)) => self.in_line += 1,
            Row::Hold(..) => self.holds += 1,
            _ => {}
        }
        while let Some(place) = self.free.pop() {
            if let Some(free @ Row::Free) = self.rows.get_mut(place as usize) {
                *free = row;
                return Key::of(self.number, place);
            }
        }
        let place = u32::try_from(self.rows.len()).unwrap_or(POLLED);
        assert!(place < POLLED, "fewer than 2^31 rows at a time");
        self.rows.push(row);
        Key::of(self.number, place)
    }

    /// Removes the row, if it is one of this table's.
    pub(crate) fn remove(&mut self, key: Key) -> Option<()> {
        if !key.is_some() || key.table() != self.number {
            return None;
        }
        let row = &mut self.rows[key.place() as usize];
        match row {
            Row::Wait(now, _) if matches!(now.on, Resource::Sync(..)) => self.in_line -= 1,
            Row::Hold(..) => self.holds -= 1,
            _ => {}
        }
        *row = Row::Free;
        self.free.push(key.place());
        if self.rows.capacity() > KEPT_ROOM {
            self.shrink();
        }
        Some(())
    }

    /// Drops the free rows after the last used one, since rows can't move, and gives their memory
    /// back if that is most of it.
    fn shrink(&mut self) {
        while let Some(Row::Free) = self.rows.last() {
            self.rows.pop();
        }
        if self.rows.len() < self.rows.capacity() / 4 {
            self.rows.shrink_to(2 * self.rows.len());
            self.free.retain(|place| (*place as usize) < self.rows.len());
            self.free.shrink_to_fit();
        }
    }
}

fn next(count: &mut usize) -> usize {
    *count += 1;
    *count
}

/// The number of a row, or of none: its table, and its place there. Of a task that has been
/// polled, the place's highest bit is set, too.
#[derive(Clone, Copy, Debug, Default)]
pub struct Key(#[cfg(feature = "causes")] (u32, u32));

const POLLED: u32 = 1 << 31;

impl Key {
    /// No row.
    pub const NONE: Key = Key::of(0, 0);

    #[cfg_attr(not(feature = "causes"), expect(unused_variables, reason = "it is not kept"))]
    const fn of(table: u32, place: u32) -> Key {
        Key(
            #[cfg(feature = "causes")]
            (table, place),
        )
    }

    /// The number of the table, and the place there with the bit for a polled task.
    fn parts(self) -> (u32, u32) {
        #[cfg(feature = "causes")]
        let Key(parts) = self;
        #[cfg(not(feature = "causes"))]
        let (Key(), parts) = (self, (0, 0));
        parts
    }

    /// Is there a row?
    #[inline]
    pub fn is_some(self) -> bool {
        self.table() != 0
    }

    #[inline]
    pub(crate) fn table(self) -> u32 {
        self.parts().0
    }

    fn place(self) -> u32 {
        self.parts().1 & !POLLED
    }

    /// Its task was polled for the first time. Returns its new key.
    pub(crate) fn set_polled(self) -> Key {
        self.edit(|row| {
            if let Row::Task(now, _) = row {
                now.polled = true;
            }
        });
        Key::of(self.table(), self.parts().1 | POLLED)
    }

    /// Has its task been polled?
    pub(crate) fn is_polled(self) -> bool {
        self.parts().1 & POLLED != 0
    }
}
