//! The engine of kettle: how does one thread run many async tasks?
//!
//! A future does nothing until it is polled, so something has to decide which task is polled, and
//! when. The engine polls the tasks in its run queue, one after another. A task that has to wait
//! leaves its waker with the timer wheel, the reactor or another task, and calling that waker puts
//! the task back into the queue. While the queue is empty, the thread sleeps.
//!
//! ```text
//!                 ┌───────────────────────────── executor ◀── messages from other threads
//!                 ▼                                  │
//!   run queue ──▶ poll ──▶ Pending: its waker is stored      (nothing to do: park)
//!      ▲                          │  somewhere
//!      └────────── wake ◀─────────┴── timer wheel · reactor · another task
//! ```
//!
//! A task's *scheduler* is the slab and the run queue of its runtime. While a thread drives the
//! runtime, the scheduler is *current* on that thread, and no other thread touches its tasks: it
//! sends a *message* to the runtime's *inbox* instead. A *turn* is one pass of the loop, in five
//! *phases*, and a *tick* is one millisecond of the timer wheel. `docs/glossary.md` has the rest.
//!
//! # One wake
//!
//! When a task sleeps, its poll leaves a waker in the timer wheel and returns `Pending`
//! (`time/timer.rs`), so the scheduler marks the task `Idle` (`tasks/scheduler.rs`). With nothing
//! else to do, the loop sleeps until the deadline (`executor/park.rs`). Then it takes the timer out
//! of the wheel and calls the waker (`time/time.rs`). Because the task's scheduler is current on
//! this thread, the waker marks the task `Queued` at once (`tasks/current.rs`), and the next turn
//! polls it (`executor/executor.rs`). On any other thread the waker would send a message to the
//! inbox, which unparks the loop if it is asleep.
//!
//! Start with `tasks/scheduler.rs`, `tasks/current.rs`, `executor/executor.rs`, `time/time.rs` and
//! `io/source.rs`. Then read floor by floor.
//!
//! # The floors
//!
//! The engine is a house: a folder imports only from itself and from the floors below, so that you
//! can read it from the ground up and never depend on a file that is still to come. `cargo xtask
//! test house` checks the imports. Each folder's `mod.rs` lists its files in reading order.
//!
//! | floor | folder | the question it answers | needs |
//! |---|---|---|---|
//! | 6 | `runtime/` | who owns a runtime, and who may use it? | all below |
//! | 5 | `executor/` | what does the loop do, when does it sleep and end, and what runs blocking work? | all below |
//! | 4 | `join/` | how does a task end, and how does a program wait for it? | tasks |
//! | 4 | `time/` | how does a task wait for an instant? | tasks, inbox |
//! | 4 | `io/` | how does a task wait for a socket? | tasks, inbox |
//! | 3 | `tasks/` | what is a task, and what does a wake do to it? | inbox |
//! | 2 | `inbox/` | how does a message from another thread get in? | base |
//! | 1 | `base/` | what do all floors need that has nothing to do with tasks? | events |
//! | 0 | crate [`event`] | what can be seen of a runtime from outside? | nothing |
//!
//! A hook is an upward import in disguise, so there are only eight: the events ask the clock for
//! the time (`ReadClocks`), a local set whether a task is queued (`Queued`), and a connection
//! inside the program what is on its way (`End`); a program's own code receives the records
//! (`Sink`), the executor polls futures of any type (`Task`), the loop calls a program's closures
//! around its sleep (`Hook`), the crate above starts the pool's threads (`StartThread`), and a
//! schedule makes choices (`Schedule`).
//!
//! The crate `kettle`, built on what is exported here, adds bytes, channels and macros.

#![warn(missing_docs)]

mod base;
mod executor;
mod inbox;
mod io;
mod join;
mod runtime;
mod tasks;
mod time;

pub use base::{Call, Old, WakerSlot, is_own, own_waker, store_waker};
pub use executor::{Hook, StartThread};
pub use inbox::InFlight;
pub use io::{Found, Interest, Pollable, RUNTIME_IS_GONE, Readiness, Source, SourceHandle};
pub use join::{AbortHandle, Completer, JoinError, JoinHandle, completion};
pub use kettle_events as event;
pub use kettle_events::{Event, Id, Sink, emit};
pub use runtime::{
    Config, EnterGuard, Handle, IDLE_THREADS, Inspector, Runtime, RuntimeFlavor, RuntimeId,
    RuntimeMetrics, TryCurrentError, assert_may_block, drives_runtime, is_in_block_on, job_of,
    outside_block_on, running_job, spawn, spawn_blocking, try_spawn_blocking,
};
pub use tasks::budget::{self, defer};
pub use tasks::poll::poll_task;
pub use tasks::run_queue::RunQueue;
pub use tasks::{Schedule, cause, choices, choose, choose_task, has_schedule, shown_id};
pub use time::Timer;

/// The clock of the entered runtime.
pub mod clock {
    pub use crate::runtime::{advance, now, pause, resume};
}
