//! What can be written to?
//!
//! Any type that implements [`AsyncWrite`]: it can write, flush and shut down, and perhaps write
//! several slices at once. As with reading, a method that returns `Pending` promises that the waker
//! in `cx` will be called.
//!
//! Interface: the trait; its implementations for pointers to a writer (`&mut T`, `Box<T>`,
//! `Pin<P>`) and for memory (`Vec<u8>`, `Cursor`). Memory is always ready. A vector grows; a cursor
//! over a slice takes as many bytes as fit, and then returns `Ok(0)`.
//!
//! Not here: the async methods (`util/async_write_ext.rs`); sockets (`net`).

use std::io::{self, Cursor, IoSlice, Write};
use std::ops::DerefMut;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::through::write_through;

/// A destination that takes bytes without blocking the thread.
///
/// To *use* a writer, import [`AsyncWriteExt`](super::AsyncWriteExt); to *be* one, implement this.
///
/// ```
/// use kettle::io::{self, AsyncWrite, AsyncWriteExt};
/// use std::pin::Pin;
/// use std::task::{Context, Poll};
///
/// /// Counts bytes and discards them.
/// struct Count(usize);
///
/// impl AsyncWrite for Count {
///     fn poll_write(
///         mut self: Pin<&mut Self>,
///         _cx: &mut Context<'_>,
///         buf: &[u8],
///     ) -> Poll<io::Result<usize>> {
///         self.0 += buf.len();
///         Poll::Ready(Ok(buf.len()))
///     }
///     fn poll_flush(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
///         Poll::Ready(Ok(()))
///     }
///     fn poll_shutdown(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
///         Poll::Ready(Ok(()))
///     }
/// }
///
/// # #[kettle::main] async fn main() -> io::Result<()> {
/// let mut count = Count(0);
/// count.write_all(b"one, two, three").await?;
/// assert_eq!(count.0, 15);
/// # Ok(()) }
/// ```
pub trait AsyncWrite {
    /// Tries to write from the front of `buf`.
    ///
    /// - `Ready(Ok(n))`: the first `n` bytes of `buf` were taken, `n <= buf.len()`. Zero means that
    ///   `buf` is empty, or that this writer doesn't take bytes any more and most likely never
    ///   will.
    /// - `Pending`: no bytes were written, and `cx`'s waker has been stored in place of an earlier
    ///   one. That waker is called when it is worth trying again.
    /// - `Ready(Err(_))`: no bytes were written.
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>>;

    /// Tries to pass all written bytes on to their destination, out of this writer's own buffer.
    /// `Pending` means the same as in [`poll_write`](AsyncWrite::poll_write).
    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>>;

    /// Tries to end the stream properly: flushes it, and sends a FIN on a TCP socket, or the
    /// closing message of a protocol that has one.
    ///
    /// `Ready(Ok(()))` means that the shutdown is complete and the writer can be dropped; don't
    /// write to it after the first call. After `Pending`, call it again when the task is woken, as
    /// with [`poll_write`](AsyncWrite::poll_write). A writer that wraps another one shuts the inner
    /// one down when its own part is done.
    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>>;

    /// Like [`poll_write`](AsyncWrite::poll_write), but from several slices as if they were one.
    ///
    /// Unless it is overridden, it writes from the first slice that isn't empty.
    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let first = bufs.iter().find(|buf| !buf.is_empty());
        self.poll_write(cx, first.map_or(&[], |buf| &**buf))
    }

    /// Returns whether [`poll_write_vectored`](AsyncWrite::poll_write_vectored) takes more than one
    /// slice.
    ///
    /// If not, which is the default, a caller with many small slices should copy them together.
    fn is_write_vectored(&self) -> bool {
        false
    }
}

impl<T: ?Sized + AsyncWrite + Unpin> AsyncWrite for &mut T {
    write_through!(self => Pin::new(&mut **self.get_mut()), (**self));
}

impl<T: ?Sized + AsyncWrite + Unpin> AsyncWrite for Box<T> {
    write_through!(self => Pin::new(&mut **self.get_mut()), (**self));
}

/// For writers that aren't `Unpin`: `Pin<Box<T>>`, `Pin<&mut T>`.
impl<P> AsyncWrite for Pin<P>
where
    P: DerefMut,
    P::Target: AsyncWrite,
{
    write_through!(self => self.as_deref_mut(), (**self));
}

/// For memory, std's own `Write` does the work and never has to wait.
macro_rules! write_to_memory {
    ($($memory:ty),*) => { $(
        impl AsyncWrite for $memory {
            #[inline]
            fn poll_write(
                self: Pin<&mut Self>,
                _cx: &mut Context<'_>,
                buf: &[u8],
            ) -> Poll<io::Result<usize>> {
                Poll::Ready(self.get_mut().write(buf))
            }

            #[inline]
            fn poll_flush(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
                Poll::Ready(Ok(()))
            }

            #[inline]
            fn poll_shutdown(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
                Poll::Ready(Ok(()))
            }

            #[inline]
            fn poll_write_vectored(
                self: Pin<&mut Self>,
                _cx: &mut Context<'_>,
                bufs: &[IoSlice<'_>],
            ) -> Poll<io::Result<usize>> {
                Poll::Ready(self.get_mut().write_vectored(bufs))
            }

            #[inline]
            fn is_write_vectored(&self) -> bool {
                true
            }
        }
    )* };
}

write_to_memory!(
    Vec<u8>,
    Cursor<&mut [u8]>,
    Cursor<&mut Vec<u8>>,
    Cursor<Vec<u8>>,
    Cursor<Box<[u8]>>
);
