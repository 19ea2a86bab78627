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
mod spin; // does a task come to nothing, poll after poll?
mod snapshot; // what exists in a runtime at one moment?
mod state_lock; // does user code run under a lock of kettle's own state?
mod table; // what exists in a runtime?
mod primitive; // what does a runtime know of a primitive?
mod kept; // who says when something ends?
mod hold; // what was taken from a primitive?
mod open; // which waits are open?
mod poll; // what is known of a poll, and when is it a reason to look?
mod look; // how is a snapshot taken, and who asks for one?

pub use about::Thing;
pub use event::Event;
pub use id::{Id, KeptId};
pub use kept::{Kept, change};
pub use kinds::{
    Act, At, Cause, Deferral, Direction, Effect, Fault, Kind, MessageKind, Outcome, Place, Point,
    Resource, ScopeKind, SyncKind, Tried, Units,
};
pub use look::{When, is_time_to_look, look};
pub use open::Open;
pub use poll::{PollRecord, unpolled};
pub use primitive::Primitive;
pub use record::{Record, Sink, Stack, Times};
pub use recorder::{Recorder, RemoteEvents, has_any_sink};
pub use running::{
    Around, done_here, elsewhere, in_a_drop, is_own_waker, is_recording, is_watched, line,
    note_waker, polls_so_far, run_as, this_poll, unrecorded,
};
pub use scope::Scope;
pub use snapshot::{
    Coming, End, EndNow, HoldNow, JobNow, ScopeNow, Snapshot, SourceNow, TaskNow, ThingNow,
    TimerNow, UnpolledNow, WaitNow,
};
pub use spin::{Attempt, Shows, Spin, VainRequest};
pub use state_lock::{StateGuard, StateLock, assert_unlocked};
pub use table::{Key, Queued};
pub use thread::{
    awaited, called_for, calls_for, emit, emit_clear, emit_counted, flush, is_live, note,
    swap_recorder, take_remote, take_silent, take_veto,
};
