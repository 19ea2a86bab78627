//! How does a task wait for a signal?
//!
//! A signal handler may do almost nothing: it can't take a lock, allocate or wake a task. So our
//! handler only writes a byte to a socket. The other end of that socket is an I/O source like any
//! other: the selector reports it, and a task continues. On Windows a thread of the crate `ctrlc`
//! sleeps until Ctrl-C and wakes the tasks through a `Notify`.
//!
//! ```no_run
//! # #[kettle::main] async fn main() -> std::io::Result<()> {
//! println!("until you press Ctrl-C");
//! kettle::signal::ctrl_c().await?;
//! println!("goodbye");
//! # Ok(()) }
//! ```
//!
//! Interface: [`ctrl_c`], and on Unix [`unix`] for the other signals.
//!
//! Not here: the handler, which needs `unsafe` to install and so comes from the crate
//! `signal-hook`, on Windows from `ctrlc`.
//!
//! tokio: `tokio::signal` has one socket for the whole process, whose reader notifies every
//! listener. Here each signal has its own socket in each runtime. In both, the loop reads it.

use std::io;
#[cfg(windows)]
use std::sync::LazyLock;

#[cfg(any(unix, windows))]
use crate::origin::located;
#[cfg(windows)]
use crate::sync::Notify;

#[cfg(unix)]
pub mod unix;

/// Waits for the next Ctrl-C after its first poll (`SIGINT` on Unix; on Windows Ctrl-Break, too).
///
/// From then on, Ctrl-C never ends the process by itself again. But when the console is closed or
/// the user logs off, Windows ends the process, perhaps before a task can run.
///
/// # Errors
///
/// The errors of [`unix::signal`], or one if the runtime has ended, so that no Ctrl-C can arrive.
/// On Windows, the only error is that the program has already set a handler with `ctrlc`.
///
/// # Panics
///
/// On Unix, if polled outside a runtime.
///
/// # Cancel safety
///
/// A Ctrl-C while a handler blocks the thread between two calls is for the second call. One that
/// comes while the handler awaits is missed, but not by a listener from [`unix::signal`].
///
/// ```no_run
/// # #[kettle::main] async fn main() -> std::io::Result<()> {
/// kettle::signal::ctrl_c().await?;
/// println!("Closing time.");
/// # Ok(()) }
/// ```
#[cfg(any(unix, windows))]
#[track_caller]
pub fn ctrl_c() -> impl Future<Output = io::Result<()>> {
    #[cfg(unix)]
    return located(async { unix::signal(unix::SignalKind::interrupt())?.next().await });
    #[cfg(windows)]
    return located(next_ctrl_c());
}

#[cfg(windows)]
async fn next_ctrl_c() -> io::Result<()> {
    static CTRL_C: Notify = Notify::const_new();
    // `ctrlc` refuses a second handler.
    static HANDLER: LazyLock<Result<(), String>> = LazyLock::new(|| {
        let set = ctrlc::set_handler(|| CTRL_C.notify_waiters());
        set.map_err(|error| error.to_string())
    });
    let next = CTRL_C.notified(); // from here on it gets notified
    HANDLER.clone().map_err(io::Error::other)?;
    next.await;
    Ok(())
}
