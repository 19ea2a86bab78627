//! How is a runtime made and used by hand?
//!
//! In a program, `#[kettle::main]` does both. A test, a library or a program with threads of its
//! own makes a runtime with [`Builder`], drives it with [`Runtime::block_on`], and reaches it from
//! other threads through a [`Handle`].
//!
//! ```
//! let runtime = kettle::runtime::Builder::new_current_thread().enable_all().build()?;
//! let tea = runtime.block_on(async { "tea" });
//! assert_eq!(tea, "tea");
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! These are thin wrappers around the engine, [`kettle_runtime`]. They exist because building a
//! runtime also asks [`trace`](crate::trace) whether to watch it.

mod builder;
mod builder_threads;
#[cfg(feature = "rt-multi-thread")]
mod keeper;
mod local;
mod owner;
mod threads;

use std::io;

pub use builder::{Builder, RngSeed};
/// Keeps a runtime entered on this thread. Guards must be dropped in reverse order.
pub use kettle_runtime::EnterGuard;
/// A handle to a runtime. It is cheap to clone, works on any thread, and can outlive the runtime.
///
/// ```
/// # #[kettle::main] async fn main() {
/// use kettle::runtime::Handle;
///
/// let handle = Handle::current();
/// let thread = std::thread::spawn(move || handle.spawn(async { "from another thread" }));
/// let task = thread.join().unwrap();
/// assert_eq!(task.await.unwrap(), "from another thread");
/// # }
/// ```
pub use kettle_runtime::Handle;
/// The kind of a runtime. All of kettle's are [`RuntimeFlavor::CurrentThread`].
///
/// ```
/// use kettle::runtime::{Runtime, RuntimeFlavor};
/// assert_eq!(Runtime::new()?.handle().runtime_flavor(), RuntimeFlavor::CurrentThread);
/// # Ok::<(), std::io::Error>(())
/// ```
pub use kettle_runtime::RuntimeFlavor;
/// A number that identifies a runtime or a [`LocalSet`](crate::task::LocalSet) in this process.
///
/// ```
/// use kettle::runtime::{Handle, Runtime};
///
/// let (one, two) = (Runtime::new()?, Runtime::new()?);
/// assert_ne!(one.handle().id(), two.handle().id());
/// assert_eq!(one.block_on(async { Handle::current().id() }), one.handle().id());
/// # Ok::<(), std::io::Error>(())
/// ```
pub use kettle_runtime::RuntimeId as Id;
/// A runtime's counts. They are exact on the thread that drives it, or if no thread does; other
/// threads get the counts from its last turn.
///
/// ```
/// # #[kettle::main] async fn main() {
/// let handle = kettle::runtime::Handle::current();
/// let task = kettle::spawn(std::future::pending::<()>());
/// assert_eq!(handle.metrics().num_alive_tasks(), 1);
/// task.abort();
/// assert!(task.await.is_err());
/// assert_eq!(handle.metrics().num_alive_tasks(), 0);
/// # }
/// ```
pub use kettle_runtime::RuntimeMetrics;
/// The error from [`Handle::try_current`] if there is no runtime.
pub use kettle_runtime::TryCurrentError;
pub use local::{LocalOptions, LocalRuntime};
pub use owner::Runtime;

/// Returns the index of the worker that calls this: 0 on a thread that drives a runtime, and `None`
/// on any other, even if a runtime is entered or a blocking job is running there.
///
/// ```
/// use kettle::runtime::{Runtime, worker_index};
///
/// assert_eq!(worker_index(), None);
/// assert_eq!(Runtime::new()?.block_on(async { worker_index() }), Some(0));
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn worker_index() -> Option<usize> {
    kettle_runtime::drives_runtime().then_some(0)
}

/// Returns whether this error means that a socket's runtime has ended.
///
/// ```
/// use kettle::net::TcpListener;
/// use kettle::runtime::{Runtime, is_rt_shutdown_err};
///
/// let (gone, runtime) = (Runtime::new()?, Runtime::new()?);
/// let listener = gone.block_on(TcpListener::bind("127.0.0.1:0"))?;
/// drop(gone);
/// let error = runtime.block_on(listener.accept()).unwrap_err();
/// assert!(is_rt_shutdown_err(&error));
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn is_rt_shutdown_err(err: &io::Error) -> bool {
    let is_gone = |inner: &(dyn std::error::Error + Send + Sync)| {
        inner.source().is_none() && inner.to_string() == kettle_runtime::RUNTIME_IS_GONE
    };
    err.kind() == io::ErrorKind::Other && err.get_ref().is_some_and(is_gone)
}

/// Returns the first of these environment variables that has a value.
#[cfg(not(feature = "trace"))]
pub(crate) fn first_set(variables: [&'static str; 2]) -> Option<&'static str> {
    let is_set = |name: &&str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    variables.into_iter().find(is_set)
}
