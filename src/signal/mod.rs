//! How does a program hear of a signal without a handler of its own?
//!
//! A signal handler may do almost nothing: no lock, no allocation, no waker. So the handler that is
//! installed here writes one byte into a socket, and the other end of that socket is an I/O source
//! like any other: the selector reports it, and a task goes on. (On Windows a thread of `ctrlc`
//! sleeps until Ctrl-C, and wakes the tasks by a `Notify`.)
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
//! Not here: the handler. It is the crate `signal-hook`'s, on Windows `ctrlc`'s, because installing
//! one needs `unsafe`.
//!
//! tokio: `tokio::signal`. One socket for the whole process there, whose reader then tells every
//! listener; here each signal has one in each runtime. (On Windows there is one `Notify` for the
//! process.)

use std::io;
#[cfg(windows)]
use std::sync::LazyLock;

#[cfg(any(unix, windows))]
use crate::origin::located;
#[cfg(windows)]
use crate::sync::Notify;

#[cfg(unix)]
pub mod unix;

/// Waits for the next Ctrl-C after its first poll: on Unix `SIGINT`, on Windows also Ctrl-Break.
///
/// From then on, and for good, neither ends the process by itself any more. (If the console is
/// closed, or the user logs off, Windows ends the process all the same, perhaps before a task can
/// run.)
///
/// # Errors
///
/// Those of [`unix::signal`], and that none can come any more because the runtime has ended. (On
/// Windows only that no handler could be set, as when the program has set one by `ctrlc`.)
///
/// # Panics
///
/// On Unix, when polled outside of a runtime.
///
/// # Cancel safety
///
/// A Ctrl-C between two calls is missed. [`unix::signal`] keeps it.
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
#[track_caller]
pub fn ctrl_c() -> impl Future<Output = io::Result<()>> {
    #[cfg(unix)]
    return located(async { unix::signal(unix::SignalKind::interrupt())?.come().await });
    #[cfg(windows)]
    return located(next_ctrl_c());
}

#[cfg(windows)]
async fn next_ctrl_c() -> io::Result<()> {
    static PRESSED: Notify = Notify::const_new();
    // A second handler would be refused.
    static HANDLER: LazyLock<Result<(), String>> = LazyLock::new(|| {
        let set = ctrlc::set_handler(|| PRESSED.notify_waiters());
        set.map_err(|error| error.to_string())
    });
    let next = PRESSED.notified(); // and from here on it is told
    HANDLER.clone().map_err(io::Error::other)?;
    next.await;
    Ok(())
}
