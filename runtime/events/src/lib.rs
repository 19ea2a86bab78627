//! What can be seen of a runtime from outside?
//!
//! Everything that changes the runtime's state says so once, where it happens: `emit(|| Event::…)`.
//! An [`Event`] is a small `Copy` value. With a number, a time, the running task and the line of
//! source that emitted it, it is a [`Record`]. Replaying the records of a run in their order
//! rebuilds the run queue, the live tasks, the timers and the sources exactly.
//!
//! Invariants: an event is emitted where the state changes and nowhere else. Without a sink, `emit`
//! costs one branch on a thread-local flag. The crate `kettle-trace` reads the records.

#![warn(missing_docs)]

mod id; // what identifies a thing uniquely, for the life of the process?
mod kinds; // which small types do the fields of an event have?
mod event; // what can happen in a runtime, and what does each event say?
mod about; // what does an event say besides its fields?
#[cfg(feature = "serde")]
pub mod fields; // how are an event's fields serialised?
mod record; // what does a sink get, and what does a recorder need from outside?
mod recorder; // how does an event become a record, and a record reach its sink?
mod scope; // in which branch of a combinator does something happen?
mod place; // is a line of source the program's own?
mod running; // what is running on this thread, at which line, and is that recorded?
mod thread; // what does a thread record?
mod state_lock; // does user code run under a lock of kettle's own state?
mod open; // which waits are open now, in the whole process?
mod look; // what does a look begin with?
mod poll; // when is there a reason to look?
mod state; // what exists now, while nothing is recorded?
mod snapshot; // what exists in a runtime at one moment?

pub use about::Thing;
pub use event::Event;
pub use id::{Id, KeptId};
pub use kinds::{
    Act, At, Cause, Deferral, Direction, Effect, Kind, MessageKind, Outcome, Place, Point,
    Resource, ScopeKind, SyncKind, Tried, Units,
};
pub use open::Open;
pub use poll::{PollRecord, reason_asleep, reason_at_end, unpolled};
pub use record::{Record, Sink, Stack, Times};
pub use recorder::{Recorder, RemoteEvents};
pub use running::{
    Around, done_here, elsewhere, in_a_drop, keeps, line, on, own, polls_so_far, run_as, stores,
    this_poll, unrecorded,
};
pub use scope::Scope;
pub use snapshot::{
    HoldNow, JobNow, ScopeNow, Snapshot, SourceNow, TaskNow, ThingNow, TimerNow, WaitNow,
};
pub use state_lock::{StateGuard, StateLock, assert_unlocked};
pub use thread::{
    awaited, called_for, calls_for, emit, emit_lasting, flush, is_live, look, note, swap_recorder,
    take_remote, take_silent, take_veto,
};
