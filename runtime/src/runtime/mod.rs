//! Who owns a runtime, and who may use it?

mod thread_parker; // how does a thread wait for a future that it polls by itself?
mod core_slot; // which of several threads in `block_on` drives the runtime?
mod shared; // what of a runtime may any thread touch?
mod context; // which runtime is entered on this thread, and what else is kept per thread?
mod entered; // how do timers, sources and the clock find their runtime?
mod spawn; // how does a future become a task, and a closure a blocking job?
mod handle; // how can any thread reach a runtime?
mod metrics; // what can a program, or a tool that watches it, ask a runtime?
mod runtime; // who owns a runtime, how is it configured, and how does a thread drive it?

pub use context::{assert_may_block, is_in_block_on, job_of, outside_block_on, running_job};
pub use entered::{advance, now, pause, resume};
pub use handle::{EnterGuard, Handle, RuntimeFlavor, RuntimeId, TryCurrentError};
pub use metrics::{IDLE_THREADS, Inspector, RuntimeMetrics, drives_runtime};
pub use runtime::{Config, Runtime};
pub use spawn::{spawn, spawn_blocking, try_spawn_blocking};
