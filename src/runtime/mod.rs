//! How is a runtime made and used by hand?
//!
//! `#[kettle::main]` does it for a program; a test, a library or a program with threads of its own
//! makes one with [`Builder`], drives it by [`Runtime::block_on`], and reaches it from other threads
//! through a [`Handle`].
//!
//! The engine itself is [`kettle_runtime`]; here are its faces, because building one also asks
//! [`trace`](crate::trace) whether somebody wants to watch.

mod builder;
mod owner;

pub use builder::{Builder, RngSeed};
pub use kettle_runtime::{EnterGuard, Handle, RuntimeMetrics, TryCurrentError};
pub use owner::Runtime;
