//! What can be written to?
//!
//! Any type that implements [`AsyncWrite`]. It must write, flush and shut down, and may offer to
//! write several slices at once. As with reading, a method that returns `Pending` promises that the
//! waker in `cx` will be called.
//!
//! Interface: the trait; its implementations for pointers to a writer (`&mut T`, `Box<T>`,
//! `Pin<P>`) and for memory (`Vec<u8>`, `Cursor`). The latter are always ready. A vector grows; a
//! cursor over a slice takes what fits and then returns `Ok(0)`.
//!
//! Not here: the async methods (`util/async_write_ext.rs`); sockets (`net`).

use std::io::{self, Cursor, IoSlice, Write};
use std::ops::DerefMut;
use std::pin::Pin;
use std::task::{Context, Poll};

/// Something that bytes can be written to, without blocking the thread.
///
/// To *use* a writer, import [`AsyncWriteExt`](super::AsyncWriteExt); to *be* one, implement this.
///
/// ```
/// use kettle::io::{self, AsyncWrite, AsyncWriteExt};
/// use std::pin::Pin;
/// use std::task::{Context, Poll};
///
/// /// Counts what it is given and forgets it.
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
/// # #[kettle::main]
/// # async fn main() -> io::Result<()> {
/// let mut count = Count(0);
/// count.write_all(b"one, two, three").await?;
/// assert_eq!(count.0, 15);
/// # Ok(())
/// # }
/// ```
pub trait AsyncWrite {
    /// Tries to write from the front of `buf`.
    ///
    /// - `Ready(Ok(n))`: the first `n` bytes of `buf` were taken, `n <= buf.len()`. Zero means that
    ///   `buf` is empty, or that this writer takes no more bytes and most likely never will.
    /// - `Pending`: nothing was written, and the waker of `cx` has been stored, in place of any
    ///   earlier one. It is called when asking again is worth it.
    /// - `Ready(Err(_))`: nothing was written.
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>>;

    /// Tries to move all that was written on to where it is meant to go, out of any buffer of this
    /// writer's own. `Pending` as in [`poll_write`](AsyncWrite::poll_write).
    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>>;

    /// Tries to end the stream in order: flush what is buffered, say goodbye (a FIN on a TCP
    /// socket, a closing message where a protocol has one).
    ///
    /// It includes a flush. `Ready(Ok(()))` means that it is done and the writer may be dropped;
    /// write no more to it after the first call. `Pending` as in
    /// [`poll_write`](AsyncWrite::poll_write): call it again when woken. A writer that wraps
    /// another one passes it on when its own part is done.
    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>>;

    /// As [`poll_write`](AsyncWrite::poll_write), from several slices, as if they were one.
    ///
    /// Unless it is overridden it writes from the first slice that is not empty.
    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let first = bufs.iter().find(|buf| !buf.is_empty());
        self.poll_write(cx, first.map_or(&[], |buf| &**buf))
    }

    /// Does [`poll_write_vectored`](AsyncWrite::poll_write_vectored) take more than one slice?
    ///
    /// If not (`false`, unless it is overridden), a caller with many small slices
    /// does better to copy them together.
    fn is_write_vectored(&self) -> bool {
        false
    }
}

/// All methods of a writer that passes them on to another one: to `pinned`, or to `shared` where no
/// `&mut` is needed.
macro_rules! write_through {
    ($this:ident => $pinned:expr, $shared:expr) => {
        fn poll_write(
            $this: ::std::pin::Pin<&mut Self>,
            cx: &mut ::std::task::Context<'_>,
            buf: &[u8],
        ) -> ::std::task::Poll<::std::io::Result<usize>> {
            $pinned.poll_write(cx, buf)
        }

        fn poll_flush(
            $this: ::std::pin::Pin<&mut Self>,
            cx: &mut ::std::task::Context<'_>,
        ) -> ::std::task::Poll<::std::io::Result<()>> {
            $pinned.poll_flush(cx)
        }

        fn poll_shutdown(
            $this: ::std::pin::Pin<&mut Self>,
            cx: &mut ::std::task::Context<'_>,
        ) -> ::std::task::Poll<::std::io::Result<()>> {
            $pinned.poll_shutdown(cx)
        }

        fn poll_write_vectored(
            $this: ::std::pin::Pin<&mut Self>,
            cx: &mut ::std::task::Context<'_>,
            bufs: &[::std::io::IoSlice<'_>],
        ) -> ::std::task::Poll<::std::io::Result<usize>> {
            $pinned.poll_write_vectored(cx, bufs)
        }

        fn is_write_vectored(&$this) -> bool {
            $shared.is_write_vectored()
        }
    };
}
#[cfg(any(feature = "io-std", feature = "io-util"))]
pub(crate) use write_through;

impl<T: ?Sized + AsyncWrite + Unpin> AsyncWrite for &mut T {
    write_through!(self => Pin::new(&mut **self.get_mut()), (**self));
}

impl<T: ?Sized + AsyncWrite + Unpin> AsyncWrite for Box<T> {
    write_through!(self => Pin::new(&mut **self.get_mut()), (**self));
}

/// For writers that are not `Unpin`: `Pin<Box<T>>`, `Pin<&mut T>`.
impl<P> AsyncWrite for Pin<P>
where
    P: DerefMut,
    P::Target: AsyncWrite,
{
    write_through!(self => self.as_deref_mut(), (**self));
}

/// Memory: std's own `Write` does the work and never has to wait.
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
