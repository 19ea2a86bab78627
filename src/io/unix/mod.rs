//! How does a program wait for a descriptor for which kettle has no type?
//!
//! ```
//! use std::io::Write;
//! use kettle::io::unix::AsyncFd;
//!
//! # #[kettle::main] async fn main() -> std::io::Result<()> {
//! let (here, mut there) = std::os::unix::net::UnixStream::pair()?;
//! here.set_nonblocking(true)?;
//! let descriptor = AsyncFd::new(here)?;
//! there.write_all(b"tea")?;
//! let ready = descriptor.readable().await?; // now a read would not block
//! assert!(ready.ready().is_readable());
//! # Ok(()) }
//! ```
//!
//! | file | what is in it |
//! |---|---|
//! | `async_fd.rs` | [`AsyncFd`]: its life |
//! | `wait.rs` | waiting, with and without an attempt |
//! | `guard.rs` | [`AsyncFdReadyGuard`], [`AsyncFdReadyMutGuard`]: the readiness that a wait has found |
//! | `register_error.rs` | [`AsyncFdRegisterError`]: the error if the selector refuses the descriptor |

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
