//! How does a program ask many tasks to stop?
//!
//! | file | what is in it |
//! |---|---|
//! | `tree.rs` | tokens and the tokens that were made of them: which are cancelled with which? |
//! | `token.rs` | [`CancellationToken`], and waiting for it |
//! | `run_until.rs` | running a future until a token is cancelled |
//! | `guard.rs` | [`DropGuard`], [`DropGuardRef`]: cancelling at the end of a scope |
//!
//! Each file imports only from those above it.
//!
//! tokio: `tokio_util::sync`.

mod guard;
mod run_until;
mod token;
mod tree;

pub use guard::{DropGuard, DropGuardRef};
pub use token::{CancellationToken, WaitForCancellationFuture, WaitForCancellationFutureOwned};
