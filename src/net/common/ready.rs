//! How does a program wait until a socket is ready, and read without waiting?
//!
//! `readable().await` waits until the selector reports the socket, or an attempt has shown that it
//! is ready, and `try_read` tries it once. If the read returns `WouldBlock` all the same, the
//! program waits again. In this way the program needs no buffer while it waits, which matters with
//! thousands of idle connections.
//!
//! An accepted socket counts as ready at first, as in tokio.

use std::io;

/// Runs the program's own operation within mio's `try_io`, so that on Windows mio sees a
/// `WouldBlock`.
pub(in crate::net) trait InTurn {
    fn in_turn<R>(&self, f: impl FnOnce() -> io::Result<R>) -> io::Result<R>;
}

macro_rules! in_turn {
    ($($socket:ty)*) => {$(
        impl InTurn for $socket {
            fn in_turn<R>(&self, f: impl FnOnce() -> io::Result<R>) -> io::Result<R> {
                self.try_io(f)
            }
        }
    )*};
}

in_turn!(mio::net::TcpStream mio::net::UdpSocket);
#[cfg(unix)]
in_turn!(mio::net::UnixStream mio::net::UnixDatagram);

/// `readiness!(Socket, poll_read_ready, poll_write_ready)`: the last two names differ from socket
/// to socket.
macro_rules! readiness {
    ($socket:ident, $poll_read_ready:ident, $poll_write_ready:ident) => {
        impl $socket {
            /// Waits until the socket is ready for anything in `interest`, and returns what it is
            /// ready for. Of a connection that is still being made, `WRITABLE` says that it has
            /// been made, or has failed.
            ///
            /// # Errors
            ///
            /// If the runtime that the socket belongs to has ended.
            ///
            /// # Cancel safety
            ///
            /// Nothing is lost if the future is dropped. Any number of tasks may wait at once.
            #[track_caller]
            pub fn ready(
                &self,
                interest: crate::io::Interest,
            ) -> impl Future<Output = std::io::Result<crate::io::Ready>> {
                crate::origin::located(self.io.readiness(interest))
            }

            /// Waits until reading may succeed: there is data, the end of the stream or an error.
            #[doc = concat!("It is as cancel safe as [`", stringify!($socket), "::ready`].")]
            #[track_caller]
            pub fn readable(&self) -> impl Future<Output = std::io::Result<()>> {
                let interest = crate::io::Interest::READABLE;
                crate::origin::located(async move { self.io.readiness(interest).await.map(drop) })
            }

            /// Waits until writing may succeed: the system has room, or there is an error.
            #[doc = concat!("It is as cancel safe as [`", stringify!($socket), "::ready`].")]
            #[track_caller]
            pub fn writable(&self) -> impl Future<Output = std::io::Result<()>> {
                let interest = crate::io::Interest::WRITABLE;
                crate::origin::located(async move { self.io.readiness(interest).await.map(drop) })
            }

            #[doc = concat!("[`", stringify!($socket), "::readable`] for hand-written futures. Only")]
            /// the latest caller of a `poll_*` method for reading is woken.
            pub fn $poll_read_ready(
                &self,
                cx: &mut std::task::Context<'_>,
            ) -> std::task::Poll<std::io::Result<()>> {
                self.io.poll_found(kettle_runtime::event::Direction::Read, cx).map_ok(drop)
            }

            #[doc = concat!("[`", stringify!($socket), "::writable`] for hand-written futures. Only")]
            /// the latest caller of a `poll_*` method for writing is woken.
            pub fn $poll_write_ready(
                &self,
                cx: &mut std::task::Context<'_>,
            ) -> std::task::Poll<std::io::Result<()>> {
                self.io.poll_found(kettle_runtime::event::Direction::Write, cx).map_ok(drop)
            }

            /// Tries an operation of your own on the socket, unless it is known not to be ready for
            /// anything in `interest`. `f` may return `WouldBlock` only if the socket did, because
            /// the direction then counts as not ready, and data or an end of the stream that was
            /// already there isn't reported again.
            ///
            /// # Errors
            ///
            /// `WouldBlock` if the socket isn't ready, or `f`'s error.
            #[cfg_attr(debug_assertions, track_caller)]
            pub fn try_io<R>(
                &self,
                interest: crate::io::Interest,
                f: impl FnOnce() -> std::io::Result<R>,
            ) -> std::io::Result<R> {
                kettle_runtime::event::done_here(|| {
                    use crate::net::common::InTurn;
                    self.io.try_if_ready(interest, |io| io.in_turn(f))
                })
            }

            /// Tries `f`, and waits for readiness, until it returns something other than
            /// `WouldBlock`, which must be the
            #[doc = concat!("socket's, as in [`", stringify!($socket), "::try_io`].")]
            ///
            /// # Cancel safety
            ///
            /// Nothing is lost if the future is dropped, because `f` isn't running then.
            #[track_caller]
            pub fn async_io<R>(
                &self,
                interest: crate::io::Interest,
                mut f: impl FnMut() -> std::io::Result<R>,
            ) -> impl Future<Output = std::io::Result<R>> {
                use crate::net::common::InTurn;
                crate::origin::located(async move {
                    self.io.async_io(interest, |io| io.in_turn(&mut f)).await
                })
            }
        }
    };
}

pub(in crate::net) use readiness;
