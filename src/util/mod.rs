//! Which helpers of the crate tokio-util does kettle have itself?
//!
//! Those that many programs use and that need no package, or a very small one. tokio-util depends
//! on tokio, so a program on kettle alone can't have them from there. The paths are tokio-util's:
//! write `kettle::util::` for `tokio_util::`.
//!
//! | what | feature | for |
//! |---|---|---|
//! | [`sync::CancellationToken`] | `util` | asking tasks to stop |
//! | [`task::TaskTracker`] | `util` | waiting until tasks have ended |
//! | [`compat`] | `compat` | readers and writers of `futures-io` |
//!
//! tokio: the crate tokio-util.

#[cfg(feature = "compat")]
pub mod compat;
#[cfg(feature = "util")]
pub mod sync;
#[cfg(feature = "util")]
pub mod task;
