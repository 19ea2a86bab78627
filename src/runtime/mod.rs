//! How is a runtime made and used by hand?
//!
//! `#[kettle::main]` does it for a program; a test, a library or a program with threads of its own
//! makes one with [`Builder`], drives it by [`Runtime::block_on`], and reaches it from other
//! threads through a [`Handle`].
//!
//! The engine itself is [`kettle_runtime`]. These are thin wrappers around it, because building a
//! runtime also asks [`trace`](crate::trace) whether it is to be watched.

mod builder;
mod owner;

pub use builder::{Builder, RngSeed};
pub use kettle_runtime::{EnterGuard, Handle, RuntimeMetrics, TryCurrentError};
pub use owner::Runtime;
