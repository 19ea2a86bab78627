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
/// Keeps a runtime entered on this thread. To be dropped in the reverse order of entering.
///
/// tokio: `tokio::runtime::EnterGuard`.
pub use kettle_runtime::EnterGuard;
/// A runtime's address: cheap to clone, usable from any thread, outlives the runtime.
///
/// tokio: `tokio::runtime::Handle`.
///
/// ```
/// # #[kettle::main]
/// # async fn main() {
/// use kettle::runtime::Handle;
///
/// let handle = Handle::current();
/// let thread = std::thread::spawn(move || handle.spawn(async { "from another thread" }));
/// let task = thread.join().unwrap();
/// assert_eq!(task.await.unwrap(), "from another thread");
/// # }
/// ```
pub use kettle_runtime::Handle;
/// A runtime's own counts. Exact on the thread that drives it; elsewhere as of its last turn.
///
/// tokio: `tokio::runtime::RuntimeMetrics`.
///
/// ```
/// # #[kettle::main]
/// # async fn main() {
/// let handle = kettle::runtime::Handle::current();
/// let task = kettle::spawn(std::future::pending::<()>());
/// assert_eq!(handle.metrics().num_alive_tasks(), 1);
/// task.abort();
/// assert!(task.await.is_err());
/// assert_eq!(handle.metrics().num_alive_tasks(), 0);
/// # }
/// ```
pub use kettle_runtime::RuntimeMetrics;
/// There is no runtime here.
///
/// tokio: `tokio::runtime::TryCurrentError`.
pub use kettle_runtime::TryCurrentError;
pub use owner::Runtime;
