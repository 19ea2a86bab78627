//! How can a recorder or a debugger follow what a runtime does?
//!
//! Wherever the runtime changes its state, it emits an event: `emit(|| Event::…)`. An [`Event`] is
//! a small `Copy` value. Together with a number, a time, the running task and the line of source
//! that emitted it, it is a [`Record`]. A [`Sink`] receives the records; those of the crate
//! `kettle-trace` write, explain and judge them. Replaying the records of a run in their order
//! rebuilds the run queue, the live tasks, the timers and the sources exactly.
//!
//! Invariant: an event is emitted only where state changes. Without a sink, that costs one branch.

#![warn(missing_docs)]

mod id; // how does an event name a task or a thing?
mod kinds; // which small types do the fields of an event have?
mod event; // what can happen in a runtime, and which things is each event about?
#[cfg(feature = "serde")]
pub mod fields; // how are an event's fields serialised?
mod record; // what is a record, and who receives it?
mod recorder; // how does an event become a record, and a record reach its sink?
mod scope; // in which branch of a combinator does something happen?
mod place; // is a line of source the program's own?
mod running; // which task runs on this thread, at which line, and is that recorded?
mod thread; // how does a thread record an event?
mod spin; // does a task get nothing new, poll after poll?
mod snapshot; // what does a snapshot of a runtime contain?
mod state_lock; // does user code run under a lock of kettle's own state?
mod table; // where does a snapshot find everything that exists in a runtime?
mod primitive; // what does a runtime know about a channel, a lock or a semaphore?
mod owner; // who adds a row to the table of what exists, and who removes it?
mod wait; // how does a runtime know which waits are open?
mod poll; // what is recorded about a poll, and when is it a reason for a snapshot?
mod look; // when is a snapshot taken, and how?

pub use event::Event;
pub use id::{Id, StoredId};
pub use kinds::{
    Act, At, Cause, Deferral, Direction, Effect, Fault, Kind, MessageKind, Outcome, Place, Point,
    Resource, ScopeKind, SyncKind, Thing, Tried, Units,
};
pub use look::{When, is_time_to_look, look};
pub use owner::{RowGuard, change};
pub use poll::{PollRecord, unpolled};
pub use primitive::Primitive;
pub use record::{Clocks, ReadClocks, Record, Sink, Stack};
pub use recorder::{Recorder, RemoteEvents, has_any_sink};
pub use running::{
    Around, done_here, elsewhere, in_a_drop, is_recording, is_watched, line, note_waker,
    polls_so_far, run_as, this_poll, unrecorded,
};
pub use scope::Scope;
pub use snapshot::{
    Coming, End, EndNow, HoldNow, JobNow, ScopeNow, Snapshot, SourceNow, TaskNow, ThingNow,
    UnpolledNow, WaitNow,
};
pub use spin::{PollProgress, Shows, Spin, VainRequest};
pub use state_lock::{StateGuard, StateLock, assert_unlocked};
pub use table::{Key, Queued};
pub use thread::{
    awaited, called_for, calls_for, emit, emit_clear, emit_counted, flush, is_live, note,
    swap_recorder, take_remote, take_silent, take_veto,
};
pub use wait::Wait;
