//! How does a task wait for a socket?

mod readiness; // is a source ready, at its end, or in error, and which tasks are waiting for it?
mod reactor; // how does the system's selector report to the runtime that a socket is ready?
mod registration; // how does a source join its runtime's selector, and leave it?
mod source; // what does a socket do until it is ready?
mod wait; // how does a program wait until a source is ready, and make the attempts itself?

pub use mio::Interest;
pub(crate) use reactor::{Reactor, Sources};
pub use readiness::RUNTIME_IS_GONE;
pub use registration::SourceHandle;
pub use source::{Pollable, Source};
pub use wait::{Found, Readiness};
