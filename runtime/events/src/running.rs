//! Which task runs on this thread, at which line of the program, and is that recorded?
//!
//! Each record names the running task, the line of the program's call or `.await` in progress and,
//! with the `causes` feature, its branch of a `select!` or `join!` (`scope.rs`). Code that emits
//! an event has no reference to a runtime, so all this is in a thread-local, together with the
//! runtime's `RemoteEvents`, by which other threads record.
//!
//! Interface: [`is_watched`], [`is_recording`], [`unrecorded`], [`elsewhere`]; [`done_here`],
//! [`in_a_drop`], [`line`]; [`run_as`]; [`polls_so_far`], [`this_poll`]; [`note_waker`]. Invariant:
//! a guard or a poll restores what it has set.

use std::cell::{Cell, RefCell};
use std::mem::ManuallyDrop;
use std::panic::Location;
use std::sync::Arc;
use std::time::Instant;

use scopeguard::guard;

use crate::place::is_the_programs;
use crate::record::By;
use crate::table::Key;
use crate::{At, Id, Place, PollProgress, RemoteEvents, Resource, has_any_sink};

/// What a thread does, and how much of that is recorded.
pub(crate) struct Running {
    pub(crate) depth: Cell<Depth>,
    /// The running task, its row in the table of what exists (`table.rs`), and its branch.
    pub(crate) task: Cell<Option<Id>>,
    pub(crate) key: Cell<Key>,
    scope: Cell<Option<Id>>,
    /// The line of the await that is under way.
    pub(crate) line: Cell<At>,
    /// The line of the running task's last wait in this poll, for its record.
    pub(crate) waits: Cell<At>,
    /// What the running poll has got, by which `spin.rs` finds polls in vain, while nothing is
    /// recorded. Something new is noted in a cell of its own, since it comes most often.
    pub(crate) progress: Cell<PollProgress>,
    pub(crate) got_something: Cell<bool>,
    /// May a poll in vain or a dropped future have to be noted when this poll ends (`poll.rs`)?
    pub(crate) had_vain_poll: Cell<bool>,
    /// When this poll began, or the latest one ended (if the thread hasn't slept or looked since).
    pub(crate) poll_began: Cell<Option<Instant>>,
    /// How many polls and awaits have begun, and how many polls have ended ([`polls_so_far`]).
    pub(crate) begun: Cell<u32>,
    pub(crate) ended: Cell<u32>,
    /// The number of the last poll in which a combinator has ended ([`this_poll`]).
    pub(crate) scope_ended: Cell<u32>,
    /// Was the waker that was stored last the running task's own? (`wait.rs` puts that in a row.)
    pub(crate) stored_own: Cell<bool>,
    /// The wait for which a waker is being called.
    pub(crate) called_for: Cell<Option<Id>>,
    /// The source and direction that was cleared last, and the program's line that cleared it.
    pub(crate) cleared: Cell<Option<(Resource, Place)>>,
    /// The runtime that the thread drives, if it is watched, and the number of its table. This is
    /// never destroyed, because another thread-local may hold a runtime that ends later.
    pub(crate) remote: ManuallyDrop<RefCell<Option<Arc<RemoteEvents>>>>,
    pub(crate) table: Cell<u32>,
}

/// How much of what happens on a thread is recorded?
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Depth {
    Nothing,
    /// Only what exists.
    State,
    /// Every event, by a recorder.
    Record,
}

thread_local! {
    pub(crate) static RUNNING: Running = const {
        Running {
            depth: Cell::new(Depth::Nothing),
            task: Cell::new(None),
            key: Cell::new(Key::NONE),
            scope: Cell::new(None),
            line: Cell::new(At::Unknown),
            waits: Cell::new(At::Unknown),
            progress: Cell::new(PollProgress::NONE),
            got_something: Cell::new(false),
            had_vain_poll: Cell::new(false),
            poll_began: Cell::new(None),
            begun: Cell::new(0),
            ended: Cell::new(0),
            scope_ended: Cell::new(0),
            stored_own: Cell::new(false),
            called_for: Cell::new(None),
            cleared: Cell::new(None),
            remote: ManuallyDrop::new(RefCell::new(None)),
            table: Cell::new(0),
        }
    };
}

impl Running {
    pub(crate) fn with_remote<R>(&self, f: impl FnOnce(&Arc<RemoteEvents>) -> R) -> Option<R> {
        self.remote.borrow().as_ref().map(f)
    }

    /// What is running, at the line of the await that is under way or, if none is, at this place.
    pub(crate) fn awaits(&self, place: Place) -> By {
        if let At::Unknown = self.line.get() { self.at(place) } else { self.by() }
    }

    pub(crate) fn by(&self) -> By {
        By { task: self.task.get(), scope: self.scope.get(), at: self.line.get() }
    }

    pub(crate) fn set_by(&self, by: By) {
        self.task.set(by.task);
        self.scope.set(by.scope);
        self.line.set(by.at);
    }

    /// Sets the line (known only in builds with debug assertions) until the guard is dropped.
    pub(crate) fn go_to(&self, line: At) -> Around {
        Around::Line(self.line.replace(line))
    }

    /// What is running, at this place if it is the program's.
    pub(crate) fn at(&self, place: Place) -> By {
        let mut by = self.by();
        if cfg!(debug_assertions) && is_the_programs(place) {
            by.at = At::Call(place);
        }
        by
    }
}

/// Does this thread record events, or at least what exists?
#[inline]
pub fn is_watched() -> bool {
    RUNNING.with(|running| !matches!(running.depth.get(), Depth::Nothing))
}

/// Is every event on this thread recorded?
#[inline]
pub fn is_recording() -> bool {
    RUNNING.with(|running| matches!(running.depth.get(), Depth::Record))
}

/// Where other threads record what they do to something that this one makes.
pub fn elsewhere() -> Option<Arc<RemoteEvents>> {
    RUNNING.with(|running| running.remote.borrow().clone())
}

/// A waker is being stored: is it the running task's own?
#[inline]
pub fn note_waker(own: bool) {
    if has_any_sink() {
        RUNNING.with(|running| running.stored_own.set(own));
    }
}

/// The program's line for what this thread is doing now.
pub fn line() -> At {
    RUNNING.with(|running| running.line.get())
}

/// Makes `task` the running one, or none in a phase of a turn, until the guard is dropped.
#[inline]
pub fn run_as(task: Option<Id>) -> impl Drop {
    let around = RUNNING.with(Running::by);
    RUNNING.with(|running| running.set_by(By { task, ..By::NOBODY }));
    guard(around, |around| RUNNING.with(|running| running.set_by(around)))
}

/// Until the guard is dropped, this thread records nothing, such as a wait that is no task's.
pub fn unrecorded() -> impl Drop {
    let depth = RUNNING.with(|running| running.depth.replace(Depth::Nothing));
    guard(depth, |depth| RUNNING.with(|running| running.depth.set(depth)))
}

/// How many polls of tasks and of kettle's futures have begun on this thread; and how many polls of
/// tasks have ended, except those inside another one. Both wrap around, so compare them only.
pub fn polls_so_far() -> (u32, u32) {
    RUNNING.with(|running| (running.begun.get(), running.ended.get()))
}

/// The number of this thread's poll, which nested polls share. With `causes` it is never 0.
#[inline]
pub fn this_poll() -> u32 {
    if cfg!(feature = "causes") { polls_so_far().1.wrapping_add(1) } else { 0 }
}

/// Until it is dropped, what happens is in another branch, or at another line.
#[derive(Debug)]
#[must_use = "dropped, it restores what was around it"]
#[doc(hidden)]
pub enum Around {
    Same,
    Line(At),
    Branch(Option<Id>),
}

/// Other builds know neither lines nor branches: with only `Same`, nothing needs to be dropped.
#[cfg(any(debug_assertions, feature = "causes"))]
impl Drop for Around {
    #[inline]
    fn drop(&mut self) {
        match *self {
            Around::Same => {}
            Around::Line(line) => RUNNING.with(|running| running.line.set(line)),
            Around::Branch(scope) => RUNNING.with(|running| running.scope.set(scope)),
        }
    }
}

impl Around {
    /// In this branch, if it has a number.
    #[inline]
    pub(crate) fn within(branch: Option<Id>) -> Around {
        let around = || Around::Branch(RUNNING.with(|running| running.scope.replace(branch)));
        if branch.is_some() { around() } else { Around::Same }
    }
}

/// What `emits` records is done by the program's call at this line, or by the call around it if
/// this line is kettle's own.
#[inline]
#[cfg_attr(debug_assertions, track_caller)]
pub fn done_here<R>(emits: impl FnOnce() -> R) -> R {
    let here = Location::caller();
    let is_known = cfg!(debug_assertions) && is_the_programs(here);
    let _line = is_known.then(|| RUNNING.with(|running| running.go_to(At::Call(here))));
    emits()
}

/// Until the guard is dropped, what happens is done by the drop of one of the program's values.
#[inline]
pub fn in_a_drop() -> Around {
    let go_to = |running: &Running| running.go_to(At::Drop);
    if cfg!(debug_assertions) { RUNNING.with(go_to) } else { Around::Same }
}
