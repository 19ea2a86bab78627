//! How does a program wait for a socket without reading, and try without waiting?
//!
//! `readable().await` waits until a read may succeed, and `try_read` tries it once. Readiness is a
//! belief: the try may still say `WouldBlock`, and then the program waits again. It need not keep a
//! buffer while it waits; that is what this is for.
//!
//! tokio: the same methods. A fresh socket is ready at once here, because no try has been made yet.

use std::io;

/// mio's sockets: an operation of the program's own is tried within mio's `try_io`, so that on
/// Windows mio notices a `WouldBlock`.
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

/// `readiness!(Socket, poll_read_ready, poll_write_ready)`: the last two names differ.
macro_rules! readiness {
    ($socket:ident, $poll_read_ready:ident, $poll_write_ready:ident) => {
        impl $socket {
            /// Waits until the socket is believed ready for something of `interest`, and says for
            /// what.
            ///
            /// # Errors
            ///
            /// If the runtime that the socket belongs to has ended.
            ///
            /// # Cancel safety
            ///
            /// Nothing is lost if the future is dropped. Any number of tasks may wait.
            #[track_caller]
            pub fn ready(
                &self,
                interest: crate::io::Interest,
            ) -> impl Future<Output = std::io::Result<crate::io::Ready>> {
                crate::origin::located(self.io.readiness(interest))
            }

            /// Waits until the socket may be read: there is data, the end, or an error.
            ///
            /// # Cancel safety
            ///
            #[doc = concat!("As [`", stringify!($socket), "::ready`].")]
            #[track_caller]
            pub fn readable(&self) -> impl Future<Output = std::io::Result<()>> {
                let interest = crate::io::Interest::READABLE;
                crate::origin::located(async move { self.io.readiness(interest).await.map(drop) })
            }

            /// Waits until the socket may be written: there is room, or an error.
            ///
            /// # Cancel safety
            ///
            #[doc = concat!("As [`", stringify!($socket), "::ready`].")]
            #[track_caller]
            pub fn writable(&self) -> impl Future<Output = std::io::Result<()>> {
                let interest = crate::io::Interest::WRITABLE;
                crate::origin::located(async move { self.io.readiness(interest).await.map(drop) })
            }

            #[doc = concat!("[`", stringify!($socket), "::readable`] for hand-written futures. Of")]
            /// all that wait for reading by a `poll_*` method only the newest is woken.
            pub fn $poll_read_ready(
                &self,
                cx: &mut std::task::Context<'_>,
            ) -> std::task::Poll<std::io::Result<()>> {
                self.io.poll_found(kettle_runtime::event::Direction::Read, cx).map_ok(drop)
            }

            #[doc = concat!("[`", stringify!($socket), "::writable`] for hand-written futures. Of")]
            /// all that wait for writing by a `poll_*` method only the newest is woken.
            pub fn $poll_write_ready(
                &self,
                cx: &mut std::task::Context<'_>,
            ) -> std::task::Poll<std::io::Result<()>> {
                self.io.poll_found(kettle_runtime::event::Direction::Write, cx).map_ok(drop)
            }

            /// Tries an operation of your own on the socket, if it is believed ready for something
            /// of `interest`. A `WouldBlock` of `f` must be the socket's: it makes the direction
            /// count as not ready, and what is there nevertheless (data, the end of the stream) is
            /// not reported again.
            ///
            /// # Errors
            ///
            /// `WouldBlock` if the socket is not ready, or what `f` returned.
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

            /// Waits for readiness and tries `f`, until it does not say `WouldBlock`: only the
            #[doc = concat!("socket's, as in [`", stringify!($socket), "::try_io`].")]
            ///
            /// # Cancel safety
            ///
            /// Nothing is lost if the future is dropped: `f` is not running then.
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
