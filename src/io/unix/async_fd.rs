//! How does a program wait for the descriptor of a device, of inotify or of another library?
//!
//! An [`AsyncFd`] owns the object that has the descriptor, and waits until the descriptor is ready.
//! The program itself attempts the operation, and clears the readiness if the attempt would block:
//!
//! ```text
//!   readable().await ──► guard.try_io(read) ──► done
//!      ▲                      │ WouldBlock: the guard's readiness is cleared
//!      └──────────────────────┘
//! ```
//!
//! Unlike a socket in `net`, an `AsyncFd` is registered at once and isn't assumed to be ready until
//! the first report, because a program may rely on its readiness without attempting anything.
//!
//! Invariant: a guard clears only the readiness that it found, so a later report isn't lost.
//!
//! Not here: waits and attempts (`wait.rs`); the guards (`guard.rs`).
//!
//! tokio: `tokio::io::unix::AsyncFd` has an `unsafe` `register`, because the program must promise
//! that the descriptor stays open. Ours doesn't rely on that promise, and has `AsFd` only if the
//! object does.

use std::fmt;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, RawFd};

use kettle_runtime::Source;

use super::register_error::AsyncFdRegisterError;
use crate::io::Interest;
use crate::io::evented::Evented;

/// An object with a descriptor, and the means to wait until the descriptor is ready.
///
/// The descriptor should be in non-blocking mode, since otherwise a premature attempt blocks the
/// thread. The object must keep the same descriptor open. The selector takes each descriptor only
/// once, so a socket in `net` with the same one gets `AlreadyExists` from its first wait.
///
/// ```
/// use kettle::io::unix::AsyncFd;
/// use std::io::{Read, Write};
/// use std::os::unix::net::UnixStream;
///
/// # #[kettle::main] async fn main() -> std::io::Result<()> {
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
/// # Ok(()) }
/// ```
pub struct AsyncFd<T: AsRawFd> {
    pub(super) io: Evented<T>,
}

impl<T: AsRawFd> AsyncFd<T> {
    /// Registers an object, to wait for reading and writing.
    ///
    /// # Errors
    ///
    /// `AlreadyExists` if the descriptor is already registered, and the system's errors: from epoll
    /// `PermissionDenied` for a file on a disk, which is always ready.
    ///
    /// # Panics
    ///
    /// If called outside a runtime.
    #[track_caller]
    pub fn new(inner: T) -> io::Result<AsyncFd<T>> {
        Ok(AsyncFd::register(inner)?)
    }

    /// Like [`AsyncFd::new`], but waits only for `interest`. Anything else is never reported.
    #[track_caller]
    pub fn with_interest(inner: T, interest: Interest) -> io::Result<AsyncFd<T>> {
        Ok(AsyncFd::register_with_interest(inner, interest)?)
    }

    /// Like [`AsyncFd::new`], but the error returns `inner`.
    #[track_caller]
    pub fn try_new(inner: T) -> Result<AsyncFd<T>, AsyncFdRegisterError<T>> {
        AsyncFd::register(inner)
    }

    /// Like [`AsyncFd::with_interest`], but the error returns `inner`.
    #[track_caller]
    pub fn try_with_interest(
        inner: T,
        interest: Interest,
    ) -> Result<AsyncFd<T>, AsyncFdRegisterError<T>> {
        AsyncFd::register_with_interest(inner, interest)
    }

    /// [`AsyncFd::try_new`] under its newer name.
    ///
    /// tokio: `AsyncFd::register` is `unsafe`.
    #[track_caller]
    pub fn register(inner: T) -> Result<AsyncFd<T>, AsyncFdRegisterError<T>> {
        AsyncFd::register_with_interest(inner, Interest::READABLE | Interest::WRITABLE)
    }

    /// [`AsyncFd::try_with_interest`] under its newer name.
    ///
    /// tokio: `AsyncFd::register_with_interest` is `unsafe`.
    #[track_caller]
    pub fn register_with_interest(
        inner: T,
        interest: Interest,
    ) -> Result<AsyncFd<T>, AsyncFdRegisterError<T>> {
        match Source::joined(inner, interest.reported()) {
            Ok(source) => {
                source.lend(); // unlike a socket's, the descriptor may stay open
                Ok(AsyncFd { io: Evented::of(source) })
            }
            Err((inner, cause)) => Err(AsyncFdRegisterError { inner, cause }),
        }
    }

    /// Returns the object.
    pub fn get_ref(&self) -> &T {
        self.io.get_ref()
    }

    /// Returns the object mutably. It must keep its descriptor.
    pub fn get_mut(&mut self) -> &mut T {
        self.io.get_mut()
    }

    /// Removes the descriptor from the selector and returns the object.
    pub fn into_inner(self) -> T {
        self.io.into_inner_infallible()
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
