//! How does a program wait for a descriptor that kettle has no type for?
//!
//! | file | what is in it |
//! |---|---|
//! | `async_fd.rs` | [`AsyncFd`]: its life |
//! | `wait.rs` | waiting, with and without a try |
//! | `guard.rs` | [`AsyncFdReadyGuard`], [`AsyncFdReadyMutGuard`]: what a wait has found |
//! | `register_error.rs` | [`AsyncFdRegisterError`]: the selector does not take it |
//!
//! tokio: `tokio::io::unix`.

mod async_fd;
mod guard;
mod register_error;
mod wait;

pub use async_fd::AsyncFd;
pub use guard::{AsyncFdReadyGuard, AsyncFdReadyMutGuard, TryIoError};
pub use register_error::AsyncFdRegisterError;

/// The earlier name.
#[doc(hidden)]
#[deprecated = "call it `AsyncFdRegisterError`"]
pub type AsyncFdTryNewError<T> = AsyncFdRegisterError<T>;
