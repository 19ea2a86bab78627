//! The engine of kettle: what runs async code, on one thread, written to be read.
//!
//! A future does nothing until it is polled. The engine decides who is polled and when: tasks wait
//! in a run queue, wakers put them there, a timer wheel and a reactor call wakers when time has
//! passed or a socket is ready, and when there is nothing to do the thread sleeps.
//!
//! ```text
//!                 ┌───────────────────────────── executor ◀── letters from other threads
//!                 ▼                                  │
//!   run queue ──▶ poll ──▶ Pending: a waker hangs somewhere        (nothing to do: park)
//!      ▲                          │
//!      └────────── wake ◀─────────┴── timer wheel · reactor · another task
//! ```
//!
//! # Reading order
//!
//! | file | the question it answers |
//! |---|---|
//! | `task.rs` | what is a task, where does it stand, what does a wake do to it? |
//! | `waker.rs` | what does a waker point to? |
//! | `parked.rs` | how does a primitive remember who waits, and how is he woken? |
//! | `executor.rs`, `queue.rs`, `park.rs` | what does the loop do, in which order, and what when nobody is ready? |
//! | `context.rs`, `seat.rs` | which engine is at work on this thread, and how did it come there? |
//! | `remote.rs`, `letterbox.rs`, `letters.rs` | how does a word from another thread get in, while the loop sleeps? |
//! | `timer/`, `clock.rs` | how does a task wait for an instant? |
//! | `reactor.rs`, `readiness.rs`, `source.rs` | how does a task wait for a socket? |
//! | `spawn.rs`, `join.rs`, `abort_handle.rs`, `stage.rs`, `cell.rs` | how does a future become a task, and its output come back? |
//! | `runtime.rs`, `handle.rs` | who owns an engine, and who may use it from elsewhere? |
//! | `local.rs`, `blocking.rs`, `budget.rs` | futures that are not `Send`; work that blocks; fairness |
//! | `event.rs` | what can be seen of all this? |
//!
//! Two words stand everywhere. A task's *home* is the engine, or the local set, that owns it. A
//! home is *seated* on the thread that drives it now; only there its tasks are touched. Who is
//! somewhere else sends the home a letter.
//!
//! # Doors
//!
//! The crate `kettle` stands on these: [`Runtime`] and [`Handle`]; [`spawn`], [`spawn_local`],
//! [`spawn_blocking`] and what they give; [`Timer`] and [`clock`]; [`Source`]; for primitives
//! [`Parked`], [`defer`] and [`budget`]; [`emit`] and its events; and a few that only ask
//! ([`running_task`], [`random_below`], [`assert_may_block`] …). Nothing here knows bytes, channels
//! or macros.

#![warn(missing_docs)]

mod abort_handle;
mod blocking;
pub mod budget;
mod cell;
pub mod clock;
mod context;
mod current;
mod deferred;
mod engine;
pub mod event;
mod executor;
mod foreign;
mod handle;
mod headers;
pub mod id;
mod join;
mod join_error;
mod letterbox;
mod letters;
mod local;
mod metrics;
mod park;
mod parked;
mod parker;
mod polling;
mod queue;
mod reactor;
mod readiness;
mod remote;
mod rng;
mod runtime;
mod seat;
mod shutdown;
mod slab;
mod source;
mod spawn;
mod stage;
mod sync;
mod task;
mod timer;
mod waker;

pub use abort_handle::AbortHandle;
pub use blocking::{running_job, spawn_blocking};
pub use current::assert_may_block;
pub use deferred::defer;
pub use event::{Event, Sink, emit};
pub use handle::{EnterGuard, Handle, TryCurrentError};
pub use id::{Id, Serial};
pub use join::JoinHandle;
pub use join_error::JoinError;
pub use local::{LocalEnterGuard, LocalSet, spawn_local};
pub use metrics::RuntimeMetrics;
pub use parked::Parked;
pub use polling::running_task;
pub use rng::random_below;
pub use runtime::{Config, Runtime};
pub use source::{Pollable, Readiness, Source};
pub use spawn::spawn;
pub use timer::Timer;
