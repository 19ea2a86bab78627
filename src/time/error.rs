//! What can go wrong with time?
//!
//! It can run out: [`Elapsed`]. That is all, because programs can't reach a limit of the wheel, and
//! a runtime that has shut down panics. [`Error`] is here for programs that name it.

use std::error;
use std::fmt;
use std::io;

/// The deadline has passed before the future was ready.
///
/// ```
/// # #[kettle::main(start_paused = true)]
/// # async fn main() {
/// use kettle::time::{Duration, timeout};
/// use std::io;
///
/// let never = timeout(Duration::from_secs(1), std::future::pending::<()>());
/// let elapsed = never.await.unwrap_err();
/// assert_eq!(elapsed.to_string(), "deadline has elapsed");
/// assert_eq!(io::Error::from(elapsed).kind(), io::ErrorKind::TimedOut);
/// # }
/// ```
#[derive(Debug, PartialEq, Eq)]
pub struct Elapsed(());

impl Elapsed {
    pub(super) fn new() -> Elapsed {
        Elapsed(())
    }
}

impl fmt::Display for Elapsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("deadline has elapsed")
    }
}

impl error::Error for Elapsed {}

impl From<Elapsed> for io::Error {
    fn from(_: Elapsed) -> io::Error {
        io::ErrorKind::TimedOut.into()
    }
}

/// What a timer could fail with. Nothing in kettle does, and nothing in tokio hands it out any
/// more; but there are programs whose own errors are made from it.
///
/// ```
/// use kettle::time::error::Error;
/// assert!(Error::shutdown().is_shutdown());
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Error(Kind);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Shutdown,
    AtCapacity,
    Invalid,
}

impl Error {
    /// The timer's runtime has shut down.
    pub fn shutdown() -> Error {
        Error(Kind::Shutdown)
    }

    /// Has the timer's runtime shut down?
    pub fn is_shutdown(&self) -> bool {
        self.0 == Kind::Shutdown
    }

    /// There are too many timers.
    pub fn at_capacity() -> Error {
        Error(Kind::AtCapacity)
    }

    /// Are there too many timers?
    pub fn is_at_capacity(&self) -> bool {
        self.0 == Kind::AtCapacity
    }

    /// The timer's duration is not one.
    pub fn invalid() -> Error {
        Error(Kind::Invalid)
    }

    /// Was the timer's duration not one?
    pub fn is_invalid(&self) -> bool {
        self.0 == Kind::Invalid
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Kind::Shutdown => "the timer's runtime has shut down",
            Kind::AtCapacity => "there are too many timers",
            Kind::Invalid => "the timer's duration is too long",
        })
    }
}

impl error::Error for Error {}
