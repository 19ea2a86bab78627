//! How does a program wait for a descriptor, and learn what it is ready for?
//!
//! By the methods of [`AsyncFd`] that give a guard, or use one up: wait and try in one. Those with
//! `_mut` lend the thing to be changed meanwhile; for them there can be only one.
//!
//! Not here: what a guard does (`guard.rs`).

use std::io;
use std::os::fd::AsRawFd;
use std::task::{Context, Poll, ready};

use kettle_runtime::event::Direction;

use super::async_fd::AsyncFd;
use super::guard::{AsyncFdReadyGuard, AsyncFdReadyMutGuard};
use crate::io::Interest;
use crate::origin::located;

/// What waits and tries: once with a guard that lends the thing to be seen, once to be changed.
macro_rules! waits {
    ($guard:ident lends by $get:ident, [$($mut:ident)?]:
     $ready:ident, $readable:ident, $writable:ident, $poll_read_ready:ident, $poll_write_ready:ident,
     $(#[$example:meta])* $async_io:ident, $try_io:ident) => {
        impl<T: AsRawFd> AsyncFd<T> {
            /// Waits until the descriptor is ready for something of `interest`.
            ///
            /// # Errors
            ///
            /// If the runtime that the descriptor belongs to has ended.
            ///
            /// # Cancel safety
            ///
            /// Nothing is lost if the future is dropped. Any number of tasks may wait.
            #[track_caller]
            pub fn $ready(
                &$($mut)? self,
                interest: Interest,
            ) -> impl Future<Output = io::Result<$guard<'_, T>>> {
                located(async move {
                    let found = self.io().found(interest).await?;
                    Ok($guard::new(self, found, interest))
                })
            }

            #[doc = concat!("[`AsyncFd::", stringify!($ready), "`] for reading.")]
            #[track_caller]
            pub fn $readable(&$($mut)? self) -> impl Future<Output = io::Result<$guard<'_, T>>> {
                self.$ready(Interest::READABLE)
            }

            #[doc = concat!("[`AsyncFd::", stringify!($ready), "`] for writing.")]
            #[track_caller]
            pub fn $writable(&$($mut)? self) -> impl Future<Output = io::Result<$guard<'_, T>>> {
                self.$ready(Interest::WRITABLE)
            }

            #[doc = concat!("[`AsyncFd::", stringify!($readable), "`] for hand-written futures.")]
            /// Only the newest caller is woken.
            pub fn $poll_read_ready<'a>(
                &'a $($mut)? self,
                cx: &mut Context<'_>,
            ) -> Poll<io::Result<$guard<'a, T>>> {
                let found = ready!(self.io().poll_found(Direction::Read, cx))?;
                Poll::Ready(Ok($guard::new(self, found, Interest::READABLE)))
            }

            #[doc = concat!("[`AsyncFd::", stringify!($writable), "`] for hand-written futures.")]
            /// Only the newest caller is woken.
            pub fn $poll_write_ready<'a>(
                &'a $($mut)? self,
                cx: &mut Context<'_>,
            ) -> Poll<io::Result<$guard<'a, T>>> {
                let found = ready!(self.io().poll_found(Direction::Write, cx))?;
                Poll::Ready(Ok($guard::new(self, found, Interest::WRITABLE)))
            }

            /// Waits for readiness and tries `f`, until it does not say `WouldBlock`, which must be
            /// the descriptor's.
            ///
            /// # Cancel safety
            ///
            /// Nothing is lost if the future is dropped: `f` is not running then.
            $(#[$example])*
            #[track_caller]
            pub fn $async_io<R>(
                &$($mut)? self,
                interest: Interest,
                mut f: impl FnMut(&$($mut)? T) -> io::Result<R>,
            ) -> impl Future<Output = io::Result<R>> {
                located(async move {
                    loop {
                        let mut guard = self.$ready(interest).await?;
                        if let Ok(result) = guard.try_io(|fd| f(fd.$get())) {
                            return result;
                        }
                    }
                })
            }

            /// Tries `f`, if the descriptor is ready for something of `interest`. Its `WouldBlock`
            /// must be the descriptor's.
            ///
            /// # Errors
            ///
            /// `WouldBlock` if it is not ready, or what `f` returned.
            pub fn $try_io<R>(
                &$($mut)? self,
                interest: Interest,
                f: impl FnOnce(&$($mut)? T) -> io::Result<R>,
            ) -> io::Result<R> {
                let found = self.io().found_now(interest)?;
                let mut guard = $guard::new(self, found, interest);
                let tried = guard.try_io(|fd| f(fd.$get()));
                tried.unwrap_or_else(|_| Err(io::ErrorKind::WouldBlock.into()))
            }
        }
    };
}

waits! {
    AsyncFdReadyGuard lends by get_ref, []:
    ready, readable, writable, poll_read_ready, poll_write_ready,
    ///
    /// ```
    /// # use kettle::io::{Interest, unix::AsyncFd};
    /// # use std::os::unix::net::UnixDatagram;
    /// # #[kettle::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let (near, far) = UnixDatagram::pair()?;
    /// # near.set_nonblocking(true)?;
    /// # far.send(b"hello")?;
    /// let near = AsyncFd::new(near)?;
    /// let mut buffer = [0; 16];
    /// let n = near.async_io(Interest::READABLE, |near| near.recv(&mut buffer)).await?;
    /// assert_eq!(&buffer[..n], b"hello");
    /// # Ok(())
    /// # }
    /// ```
    async_io, try_io
}

waits! {
    AsyncFdReadyMutGuard lends by get_mut, [mut]:
    ready_mut, readable_mut, writable_mut, poll_read_ready_mut, poll_write_ready_mut,
    async_io_mut, try_io_mut
}
