//! Who owns a runtime, and who may use it?
//!
//! | file | the question it answers |
//! |---|---|
//! | `thread_parker.rs` | how does a thread wait for a future that it polls by itself? |
//! | `core_slot.rs` | which of several threads in `block_on` drives the runtime? |
//! | `context.rs` | which runtime is entered on this thread, and what else is kept per thread? |
//! | `entered.rs` | how do timers, sources and the clock find their runtime? |
//! | `spawn.rs` | how does a future become a task, and a closure a blocking job? |
//! | `handle.rs` | how is a runtime reached from any thread? |
//! | `metrics.rs` | what can a program ask a runtime about itself? |
//! | `inspect.rs` | what else can a tool that watches a runtime ask it? |
//! | `runtime.rs` | who owns a runtime, how is it configured, and how does a thread drive it? |

mod context;
mod core_slot;
mod entered;
mod handle;
mod inspect;
mod metrics;
mod runtime;
mod spawn;
mod thread_parker;

pub use context::{assert_may_block, is_in_block_on, job_of, outside_block_on, running_job};
pub use entered::{advance, now, pause, resume};
pub use handle::{EnterGuard, Handle, RuntimeFlavor, RuntimeId, TryCurrentError};
pub use inspect::Inspector;
pub use metrics::{RuntimeMetrics, drives_runtime};
pub use runtime::{Config, Runtime};
pub use spawn::{spawn, spawn_blocking, try_spawn_blocking};
