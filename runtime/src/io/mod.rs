//! How does a task wait for a socket?
//!
//! | file | the question it answers |
//! |---|---|
//! | `readiness.rs` | is a source ready, at its end, or in error, and which tasks wait for it? |
//! | `reactor.rs` | how does the system's selector report to the runtime that a socket is ready? |
//! | `registration.rs` | how does a source join its runtime's selector, and leave it? |
//! | `source.rs` | what does a socket do until it is ready? |
//! | `wait.rs` | how does a program wait until a source is ready, and make the tries itself? |

mod reactor;
mod readiness;
mod registration;
mod source;
mod wait;

pub use mio::Interest;
pub(crate) use reactor::{Reactor, Sources};
pub use readiness::RUNTIME_IS_GONE;
pub use source::{Pollable, Source};
pub use wait::{Found, Readiness};
