//! What can be seen of a runtime from outside?
//!
//! Everything that changes the runtime's state says so, once, at the place where it happens:
//! `emit(|| Event::…)`. An [`Event`] is a small `Copy` value. With a number, a time, the running
//! task and the line of source that emitted it, it is a [`Record`]. Replaying a run's records in
//! their order rebuilds the run queue, the live tasks, the timers and the sources exactly.
//!
//! | file | the question it answers |
//! |---|---|
//! | `id.rs` | what tells one thing from another, in this process and forever? |
//! | `kinds.rs` | which small types are in the fields of an event? |
//! | `event.rs` | what can happen? |
//! | `about.rs` | what does an event tell beside its fields? |
//! | `fields.rs` | how does an event tell its fields to a serializer? (feature `serde`) |
//! | `record.rs` | what does a sink get? |
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
//! Invariants: an event is emitted where the state changes and nowhere else. With no sink, `emit`
//! is one branch on a thread-local flag.
//!
//! Not here: what becomes of the records (crate `kettle-trace`).

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
