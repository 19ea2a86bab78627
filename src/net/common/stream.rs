//! How do bytes go to and fro on a stream?
//!
//! By [`AsyncRead`](crate::io::AsyncRead) and [`AsyncWrite`](crate::io::AsyncWrite), which wait,
//! and by `try_read` and `try_write`, which don't. [`end_writing`] says that nothing more will
//! come.
//!
//! tokio: the same methods.

use std::io;
use std::net::Shutdown;

use kettle_runtime::Pollable;
use kettle_runtime::event::Direction;
use socket2::SockRef;

use crate::io::evented::Evented;

/// `reads!(Stream)`: reading.
macro_rules! reads {
    ($stream:ident) => {
        impl $stream {
            /// Reads what is there into `buf` and says how many bytes. 0 is the end of the stream,
            /// or an empty `buf`.
            ///
            /// # Errors
            ///
            /// `WouldBlock` if there is nothing yet, or the system's.
            #[cfg_attr(debug_assertions, track_caller)]
            pub fn try_read(&self, buf: &mut [u8]) -> std::io::Result<usize> {
                kettle_runtime::event::done_here(|| self.io.try_read(buf))
            }

            #[doc = concat!("[`", stringify!($stream), "::try_read`] into the free room of a buffer,")]
            /// which then has so many bytes more: a `Vec<u8>` or a `BytesMut`, say. One without
            /// room yields 0, or `WouldBlock`.
            ///
            /// # Errors
            ///
            /// `WouldBlock` if there is nothing yet, or the system's; the buffer is then as it was.
            #[cfg(feature = "io-util")]
            #[cfg_attr(debug_assertions, track_caller)]
            pub fn try_read_buf<B: bytes::BufMut>(&self, buf: &mut B) -> std::io::Result<usize> {
                kettle_runtime::event::done_here(|| {
                    crate::net::common::fill(buf, |room| self.io.try_read(room))
                })
            }

            #[doc = concat!("[`", stringify!($stream), "::try_read`] into several buffers, one after")]
            /// another.
            #[cfg_attr(debug_assertions, track_caller)]
            pub fn try_read_vectored(
                &self,
                bufs: &mut [std::io::IoSliceMut<'_>],
            ) -> std::io::Result<usize> {
                kettle_runtime::event::done_here(|| self.io.try_read_vectored(bufs))
            }
        }

        crate::net::common::async_read!($stream, self => self.io);
    };
}

/// `async_read!(Type, self => its source)`: the trait. For a stream, and for its halves.
macro_rules! async_read {
    ($type:ty, $this:ident => $io:expr) => {
        impl crate::io::AsyncRead for $type {
            #[inline]
            fn poll_read(
                $this: std::pin::Pin<&mut Self>,
                cx: &mut std::task::Context<'_>,
                buf: &mut crate::io::ReadBuf<'_>,
            ) -> std::task::Poll<std::io::Result<()>> {
                $io.poll_read(cx, buf)
            }
        }
    };
}

/// `writes!(Stream)`: writing. The stream has a method `end_writing`, for `poll_shutdown`.
macro_rules! writes {
    ($stream:ident) => {
        impl $stream {
            /// Writes as much of `buf` as there is room for, and says how many bytes.
            ///
            /// # Errors
            ///
            /// `WouldBlock` if there is no room yet, or the system's.
            #[cfg_attr(debug_assertions, track_caller)]
            pub fn try_write(&self, buf: &[u8]) -> std::io::Result<usize> {
                kettle_runtime::event::done_here(|| self.io.try_write(buf))
            }

            #[doc = concat!("[`", stringify!($stream), "::try_write`] from several buffers, one after")]
            /// another.
            #[cfg_attr(debug_assertions, track_caller)]
            pub fn try_write_vectored(
                &self,
                bufs: &[std::io::IoSlice<'_>],
            ) -> std::io::Result<usize> {
                kettle_runtime::event::done_here(|| self.io.try_write_vectored(bufs))
            }
        }

        crate::net::common::async_write!($stream, self => self.io);
    };
}

/// `async_write!(Type, self => its source)`: the trait. The type has a method `end_writing`.
macro_rules! async_write {
    ($type:ty, $this:ident => $io:expr) => {
        impl crate::io::AsyncWrite for $type {
            #[inline]
            fn poll_write(
                $this: std::pin::Pin<&mut Self>,
                cx: &mut std::task::Context<'_>,
                buf: &[u8],
            ) -> std::task::Poll<std::io::Result<usize>> {
                $io.poll_write(cx, buf)
            }

            fn poll_write_vectored(
                $this: std::pin::Pin<&mut Self>,
                cx: &mut std::task::Context<'_>,
                bufs: &[std::io::IoSlice<'_>],
            ) -> std::task::Poll<std::io::Result<usize>> {
                $io.poll_write_vectored(cx, bufs)
            }

            fn is_write_vectored(&self) -> bool {
                true
            }

            /// There is no buffer of ours to be emptied.
            fn poll_flush(
                $this: std::pin::Pin<&mut Self>,
                _: &mut std::task::Context<'_>,
            ) -> std::task::Poll<std::io::Result<()>> {
                std::task::Poll::Ready(Ok(()))
            }

            fn poll_shutdown(
                $this: std::pin::Pin<&mut Self>,
                _: &mut std::task::Context<'_>,
            ) -> std::task::Poll<std::io::Result<()>> {
                std::task::Poll::Ready($this.get_mut().end_writing())
            }
        }
    };
}

/// Ends a connection's direction for writing: the other side will read the end of the stream. It is
/// told as a write of no bytes, unless it is known that no other could be done now.
pub(in crate::net) fn end_writing<S: Pollable>(io: &Evented<S>) -> io::Result<()>
where
    for<'s> SockRef<'s>: From<&'s S>,
{
    let end = |socket: &S| SockRef::from(socket).shutdown(Shutdown::Write);
    let mut ended = None;
    let _ = io.try_transfer(Direction::Write, |io| {
        ended = Some(end(io));
        Ok(0)
    });
    match ended.unwrap_or_else(|| end(io.get_ref())) {
        // The other side has reset the connection, or has gone: nothing is left to be shut down.
        Err(error) if error.kind() == io::ErrorKind::NotConnected => Ok(()),
        result => result,
    }
}

pub(in crate::net) use {async_read, async_write, reads, writes};
