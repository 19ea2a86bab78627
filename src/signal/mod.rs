//! How does a program hear of a signal without a handler of its own?
//!
//! A signal handler may do almost nothing: no lock, no allocation, no waker. So the handler that
//! is installed here writes one byte into a socket, and the other end of that socket is an I/O
//! source like any other: the selector reports it, and a task goes on. (On Windows a thread hears of
//! Ctrl-C, and notifies.)
//!
//! ```no_run
//! # #[kettle::main]
//! # async fn main() -> std::io::Result<()> {
//! println!("until you press Ctrl-C");
//! kettle::signal::ctrl_c().await?;
//! println!("goodbye");
//! # Ok(())
//! # }
//! ```
//!
//! Interface: [`ctrl_c`], and on Unix [`unix`] for the other signals.
//!
//! Not here: the handler. It is the crate `signal-hook`'s, on Windows `ctrlc`'s, because installing one
//! needs `unsafe`.
//!
//! tokio: `tokio::signal`. One socket for the whole process there, whose reader then tells every
//! listener; here each signal has one in each runtime.

use std::io;
#[cfg(windows)]
use std::sync::LazyLock;

#[cfg(windows)]
use crate::sync::Notify;

#[cfg(unix)]
pub mod unix;

/// Waits for the next Ctrl-C (on Unix `SIGINT`; on Windows also Ctrl-Break, and that the console is
/// closed) after its first poll.
///
/// From then on, and for good, Ctrl-C doesn't end the process by itself any more.
///
/// # Errors
///
/// Those of [`unix::signal`], and that none can come any more because the runtime has ended. (On
/// Windows only that no handler could be set.)
///
/// # Panics
///
/// On Unix, when polled outside of a runtime.
///
/// # Cancel safety
///
/// A Ctrl-C between two calls is missed. [`unix::signal`] keeps it.
///
/// tokio: `tokio::signal::ctrl_c`.
///
/// ```no_run
/// # #[kettle::main]
/// # async fn main() -> std::io::Result<()> {
/// kettle::signal::ctrl_c().await?;
/// println!("Closing time.");
/// # Ok(())
/// # }
/// ```
#[cfg(any(unix, windows))]
pub async fn ctrl_c() -> io::Result<()> {
    comes().await
}

#[cfg(unix)]
async fn comes() -> io::Result<()> {
    unix::signal(unix::SignalKind::interrupt())?.come().await
}

#[cfg(windows)]
async fn comes() -> io::Result<()> {
    static COMES: Notify = Notify::const_new();
    // A second handler would be refused.
    static HANDLER: LazyLock<Result<(), String>> = LazyLock::new(|| {
        let set = ctrlc::set_handler(|| COMES.notify_waiters());
        set.map_err(|error| error.to_string())
    });
    let comes = COMES.notified(); // and from here on it is told
    HANDLER.clone().map_err(io::Error::other)?;
    comes.await;
    Ok(())
}
