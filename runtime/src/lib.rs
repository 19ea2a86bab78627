//! The engine of kettle: what runs async code, on one thread, written to be read.
//!
//! A future does nothing until it is polled. The engine decides which task is polled and when:
//! tasks wait in a run queue, wakers put them there, a timer wheel and a reactor call wakers when
//! time has passed or a socket is ready, and when there is nothing to do the thread sleeps.
//!
//! ```text
//!                 ┌───────────────────────────── executor ◀── messages from other threads
//!                 ▼                                  │
//!   run queue ──▶ poll ──▶ Pending: its waker is stored      (nothing to do: park)
//!      ▲                          │  somewhere
//!      └────────── wake ◀─────────┴── timer wheel · reactor · another task
//! ```
//!
//! # Words
//!
//! A task's *scheduler* is the slab and run queue of its runtime. It is *current* on the thread
//! that drives the runtime. Only that thread touches its tasks; others send a *message* to its
//! *inbox*. A *turn* is one pass of the loop, in five *phases*, a *tick* one millisecond of the
//! timer wheel. `docs/glossary.md` explains the engine's other words.
//!
//! # One wake
//!
//! A task that sleeps is woken like this. Its poll leaves a waker in the timer wheel and returns
//! `Pending` (`time/timer.rs`), so the scheduler makes it `Idle` (`tasks/scheduler.rs`). The loop,
//! with nothing else to do, sleeps until the deadline (`executor/park.rs`). Then it takes the timer
//! out of the wheel and calls the waker (`time/time.rs`). The scheduler is this thread's own, so it
//! makes the task `Queued` at once (`tasks/current.rs`), and the next turn polls it
//! (`executor/executor.rs`). A wake from another thread differs in one thing: there the scheduler
//! isn't current, so the wake goes as a message to the inbox, which unparks the loop if it sleeps.
//!
//! Read five files first, by their questions. Which states can a task be in (`tasks/scheduler.rs`)?
//! What does every wake do (`tasks/current.rs`)? What does the loop do in a turn
//! (`executor/executor.rs`)? How does a task wait for an instant (`time/time.rs`), and how for a
//! socket (`io/source.rs`)? Then read the rest floor by floor.
//!
//! # The floors
//!
//! The engine is a house: a folder imports only from itself and from the floors below. So it can be
//! read from the ground up, and nothing that is read depends on what is still to come.
//! `cargo xtask test house` checks it. Each folder's `mod.rs` lists its files in reading order.
//!
//! | floor | folder | the question it answers | needs |
//! |---|---|---|---|
//! | 6 | `runtime/` | who owns a runtime, and who may use it? | all below |
//! | 5 | `executor/` | what does the loop do, when does it sleep and end, and what runs work that blocks? | all below |
//! | 4 | `join/` | how does a task end, and how does a program wait for it? | tasks |
//! | 4 | `time/` | how does a task wait for an instant? | tasks, inbox |
//! | 4 | `io/` | how does a task wait for a socket? | tasks, inbox |
//! | 3 | `tasks/` | what is a task, and what does a wake do to it? | inbox |
//! | 2 | `inbox/` | how does a message from another thread get in? | base |
//! | 1 | `base/` | what do all floors need that has nothing to do with tasks? | events |
//! | 0 | crate [`event`] | what can be seen of a runtime from outside? | nothing |
//!
//! A hook is an upward import in disguise, so there are only six: `Times` (the events ask the clock
//! what time it is), `Sink` (a program's own code gets the records), `Task` (the executor polls any
//! future), `Hook` (a program's closure is called around the loop's sleep), `StartThread` (the
//! crate above makes the pool's threads), and `Schedule` (it chooses where several answers are
//! right).
//!
//! # Doors
//!
//! The crate `kettle` is built on these: [`Runtime`] and [`Handle`]; [`spawn`], [`spawn_blocking`],
//! [`completion`] and what they give; [`Timer`] and [`clock`]; [`Source`]; for primitives
//! [`WakerSlot`], [`store_waker`], [`budget`] and [`emit`]; for code that polls tasks of its own
//! [`RunQueue`], [`InFlight`], [`poll_task`] and [`cause`]; and a few that only ask ([`choose`],
//! [`choose_task`], [`assert_may_block`] …). Nothing here knows bytes, channels or macros.

#![warn(missing_docs)]

mod base;
mod executor;
mod inbox;
mod io;
mod join;
mod runtime;
mod tasks;
mod time;

pub use base::{Call, Old, WakerSlot, store_waker};
pub use executor::{Hook, StartThread};
pub use inbox::InFlight;
pub use io::{Found, Interest, Pollable, RUNTIME_IS_GONE, Readiness, Source};
pub use join::{AbortHandle, Completer, JoinError, JoinHandle, completion};
pub use kettle_events as event;
pub use kettle_events::{Event, Id, Sink, emit};
pub use runtime::{
    Config, EnterGuard, Handle, Inspector, Runtime, RuntimeFlavor, RuntimeId, RuntimeMetrics,
    TryCurrentError, assert_may_block, drives_runtime, is_in_block_on, job_of, outside_block_on,
    running_job, spawn, spawn_blocking, try_spawn_blocking,
};
pub use tasks::budget::{self, defer};
pub use tasks::current::cause;
pub use tasks::poll::poll_task;
pub use tasks::run_queue::RunQueue;
pub use tasks::{Schedule, choose, choose_task, shown_id};
pub use time::Timer;

/// The clock of the entered runtime.
pub mod clock {
    pub use crate::runtime::{advance, now, pause, resume};
}
