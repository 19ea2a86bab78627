//! How does a program read and write a stream?
//!
//! [`AsyncRead`](crate::io::AsyncRead) and [`AsyncWrite`](crate::io::AsyncWrite) wait; `try_read`
//! and `try_write` don't. [`end_writing`] shuts down the direction for writing.
//!
//! tokio: the same methods.

use std::io;
use std::net::Shutdown;

use kettle_runtime::Pollable;
use kettle_runtime::event::Direction;
use socket2::SockRef;

use super::link::End;
use crate::io::evented::Evented;

/// `reads!(Stream)`: the methods that read.
macro_rules! reads {
    ($stream:ident) => {
        impl $stream {
            /// Reads the bytes that have arrived into `buf`, and returns how many. 0 means the end
            /// of the stream, or that `buf` is empty.
            ///
            /// # Errors
            ///
            /// `WouldBlock` if nothing has arrived yet, or the system's error.
            #[cfg_attr(debug_assertions, track_caller)]
            pub fn try_read(&self, buf: &mut [u8]) -> std::io::Result<usize> {
                kettle_runtime::event::done_here(|| self.io.try_read(buf))
            }

            #[doc = concat!("[`", stringify!($stream), "::try_read`] into the free room of a buffer,")]
            /// such as a `Vec<u8>` or a `BytesMut`, which grows by as many bytes. If it has no
            /// room, returns 0 or `WouldBlock`.
            ///
            /// # Errors
            ///
            /// `WouldBlock` if nothing has arrived yet, or the system's error. Neither changes the
            /// buffer.
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

/// `async_read!(Type, self => its source)`: implements the trait, for a stream and for its halves.
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

/// `writes!(Stream)`: the methods that write. `poll_shutdown` calls the stream's `end_writing`.
macro_rules! writes {
    ($stream:ident) => {
        impl $stream {
            /// Writes as much of `buf` as the system has room for, and returns the number of bytes.
            ///
            /// # Errors
            ///
            /// `WouldBlock` if the system has no room yet, or the system's error.
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

/// `async_write!(Type, self => its source)`: implements the trait for a type with `end_writing`.
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

            /// Does nothing, because bytes are never buffered here.
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

/// Shuts down a connection's direction for writing, so that the other side reads the end of the
/// stream. If the socket is assumed to be ready, the shutdown is recorded as a write of zero bytes.
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
    io.end().into_iter().for_each(End::ends_writing);
    match ended.unwrap_or_else(|| end(io.get_ref())) {
        // The other side has reset or closed the connection, so it is already shut down.
        Err(error) if error.kind() == io::ErrorKind::NotConnected => Ok(()),
        result => result,
    }
}

pub(in crate::net) use {async_read, async_write, reads, writes};
