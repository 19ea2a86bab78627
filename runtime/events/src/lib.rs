//! What can be seen of a runtime from outside?
//!
//! Everything that changes the runtime's state says so once, where it happens: `emit(|| Event::…)`.
//! An [`Event`] is a small `Copy` value. With a number, a time, the running task and the line of
//! source that emitted it, it is a [`Record`]. Replaying the records of a run in their order
//! rebuilds the run queue, the live tasks, the timers and the sources exactly.
//!
//! | file | the question it answers |
//! |---|---|
//! | `id.rs` | what tells one thing from another, in this process and forever? |
//! | `kinds.rs` | which small types are in the fields of an event? |
//! | `event.rs` | what can happen in a runtime, and what does each event say? |
//! | `about.rs` | what does an event say beside its fields? |
//! | `fields.rs` | how are an event's fields serialised? (feature `serde`) |
//! | `record.rs` | what does a sink get, and what does a recorder need from outside? |
//! | `recorder.rs` | how does an event become a record, and a record reach its sink? |
//! | `scope.rs` | in which branch of a combinator does something happen? |
//! | `place.rs` | is a line of source the program's own? |
//! | `running.rs` | what is running on this thread, at which line, and is that recorded? |
//! | `thread.rs` | what does a thread record? |
//! | `open.rs` | which waits are open now, in the whole process? |
//! | `look.rs` | what does a look begin with? |
//! | `poll.rs` | when is there a reason to look? |
//! | `state.rs` | what is there now, while nothing is recorded? |
//!
//! Invariants: an event is emitted where the state changes and nowhere else. Without a sink, `emit`
//! costs one branch on a thread-local flag. The crate `kettle-trace` reads the records.

#![warn(missing_docs)]

mod about;
mod event;
#[cfg(feature = "serde")]
pub mod fields;
mod id;
mod kinds;
mod look;
mod open;
mod place;
mod poll;
mod record;
mod recorder;
mod running;
mod scope;
mod state;
mod thread;

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
    Around, done_here, elsewhere, in_a_drop, keeps, line, on, polls_so_far, run_as, this_poll,
};
pub use scope::Scope;
pub use thread::{
    awaited, called_for, calls_for, emit, emit_lasting, flush, is_live, look, note, swap_recorder,
    take_remote, take_silent, take_veto,
};
