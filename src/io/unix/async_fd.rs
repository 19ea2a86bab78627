//! How does a program wait for the descriptor of a device, of inotify or of another library?
//!
//! An [`AsyncFd`] owns the object that has the descriptor, and waits. The program makes the tries
//! itself, and clears the readiness if one would block:
//!
//! ```text
//!   readable().await ──► guard.try_io(read) ──► done
//!      ▲                      │ WouldBlock: the guard's readiness is cleared
//!      └──────────────────────┘
//! ```
//!
//! Unlike a socket of `net` it is registered at once and isn't ready before the first report, since
//! a program may rely on its readiness without trying.
//!
//! Invariant: a guard clears only the readiness that it found, so a later report stays.
//!
//! Not here: waiting and trying (`wait.rs`), the guards (`guard.rs`).
//!
//! tokio: `tokio::io::unix::AsyncFd`. There `register` is `unsafe`, because the program must
//! promise that the descriptor stays open; here nothing relies on that, so it is not. `AsFd` asks
//! for a thing that has it.

use std::fmt;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, RawFd};

use kettle_runtime::Source;

use super::register_error::AsyncFdRegisterError;
use crate::io::Interest;
use crate::io::evented::Evented;

const PRESENT: &str = "only `into_inner` and a drop take it, and they are the last";

/// A thing with a descriptor, and the means to wait until that is ready.
///
/// The descriptor should be in non-blocking mode; otherwise a try that comes too early stops the
/// thread. The thing must keep its descriptor open and the same. The selector knows a descriptor
/// once: a socket of `net` that waits by the same one gets `AlreadyExists` from its first wait.
///
/// ```
/// use kettle::io::unix::AsyncFd;
/// use std::io::{Read, Write};
/// use std::os::unix::net::UnixStream;
///
/// # #[kettle::main]
/// # async fn main() -> std::io::Result<()> {
/// let (near, mut far) = UnixStream::pair()?;
/// near.set_nonblocking(true)?;
/// let near = AsyncFd::new(near)?;
/// far.write_all(b"hello")?;
///
/// let mut buffer = [0; 16];
/// let n = loop {
///     let mut guard = near.readable().await?;
///     match guard.try_io(|near| near.get_ref().read(&mut buffer)) {
///         Ok(result) => break result?,
///         Err(_would_block) => continue,
///     }
/// };
/// assert_eq!(&buffer[..n], b"hello");
/// # Ok(())
/// # }
/// ```
pub struct AsyncFd<T: AsRawFd> {
    /// `None` only while it is taken apart.
    io: Option<Evented<T>>,
}

impl<T: AsRawFd> AsyncFd<T> {
    /// Waits for reading and writing. Joins the selector.
    ///
    /// # Errors
    ///
    /// The system's: `PermissionDenied` for a file on a disk, which is always ready;
    /// `AlreadyExists` if the descriptor is waited for already.
    ///
    /// # Panics
    ///
    /// If called outside a runtime.
    #[track_caller]
    pub fn new(inner: T) -> io::Result<AsyncFd<T>> {
        Ok(AsyncFd::register(inner)?)
    }

    /// [`AsyncFd::new`] for what `interest` names. The rest is never reported.
    #[track_caller]
    pub fn with_interest(inner: T, interest: Interest) -> io::Result<AsyncFd<T>> {
        Ok(AsyncFd::register_with_interest(inner, interest)?)
    }

    /// [`AsyncFd::new`], and the error holds `inner`.
    #[track_caller]
    pub fn try_new(inner: T) -> Result<AsyncFd<T>, AsyncFdRegisterError<T>> {
        AsyncFd::register(inner)
    }

    /// [`AsyncFd::with_interest`], and the error holds `inner`.
    #[track_caller]
    pub fn try_with_interest(
        inner: T,
        interest: Interest,
    ) -> Result<AsyncFd<T>, AsyncFdRegisterError<T>> {
        AsyncFd::register_with_interest(inner, interest)
    }

    /// [`AsyncFd::try_new`], by its newer name.
    ///
    /// tokio: `AsyncFd::register`, which is `unsafe`.
    #[track_caller]
    pub fn register(inner: T) -> Result<AsyncFd<T>, AsyncFdRegisterError<T>> {
        AsyncFd::register_with_interest(inner, Interest::READABLE | Interest::WRITABLE)
    }

    /// [`AsyncFd::try_with_interest`], by its newer name.
    ///
    /// tokio: `AsyncFd::register_with_interest`, which is `unsafe`.
    #[track_caller]
    pub fn register_with_interest(
        inner: T,
        interest: Interest,
    ) -> Result<AsyncFd<T>, AsyncFdRegisterError<T>> {
        match Source::joined(inner, interest.reported()) {
            Ok(source) => Ok(AsyncFd { io: Some(Evented::of(source)) }),
            Err((inner, cause)) => Err(AsyncFdRegisterError { inner, cause }),
        }
    }

    /// The thing.
    pub fn get_ref(&self) -> &T {
        self.io().get_ref()
    }

    /// The thing, to be changed. Its descriptor must stay.
    pub fn get_mut(&mut self) -> &mut T {
        self.io.as_mut().expect(PRESENT).get_mut()
    }

    /// Leaves the selector and gives the thing back.
    pub fn into_inner(mut self) -> T {
        self.io.take().expect(PRESENT).into_inner_anyway()
    }

    pub(super) fn io(&self) -> &Evented<T> {
        self.io.as_ref().expect(PRESENT)
    }
}

/// Unlike a socket's, the descriptor may stay open: then the selector would not forget it.
impl<T: AsRawFd> Drop for AsyncFd<T> {
    fn drop(&mut self) {
        if let Some(io) = self.io.take() {
            drop(io.into_inner_anyway());
        }
    }
}

impl<T: AsRawFd> AsRawFd for AsyncFd<T> {
    fn as_raw_fd(&self) -> RawFd {
        self.get_ref().as_raw_fd()
    }
}

impl<T: AsRawFd + AsFd> AsFd for AsyncFd<T> {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.get_ref().as_fd()
    }
}

impl<T: AsRawFd + fmt::Debug> fmt::Debug for AsyncFd<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsyncFd").field("inner", self.get_ref()).finish()
    }
}
