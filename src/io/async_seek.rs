//! Which streams can seek?
//!
//! A file, a cursor over memory, or a buffer around either. A seek in a file has to wait for
//! another thread, so it has two parts: [`start_seek`](AsyncSeek::start_seek) says where to go, and
//! [`poll_complete`](AsyncSeek::poll_complete) waits until the seek is done.
//!
//! Interface: the trait; its implementations for pointers to a seekable stream (`&mut T`, `Box<T>`,
//! `Pin<P>`) and for `Cursor`.
//!
//! Not here: the async methods (`util/async_seek_ext.rs`).

use std::io::{self, Cursor, Seek, SeekFrom};
use std::ops::DerefMut;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::through::seek_through;

/// A stream with a position at which the next byte is read or written.
///
/// To *use* a seekable stream, import [`AsyncSeekExt`](super::AsyncSeekExt).
///
/// ```
/// use kettle::io::{self, AsyncSeek, SeekFrom};
/// use std::future::poll_fn;
/// use std::io::Cursor;
/// use std::pin::Pin;
///
/// # #[kettle::main] async fn main() -> io::Result<()> {
/// let mut cursor = Cursor::new(b"green tea");
/// Pin::new(&mut cursor).start_seek(SeekFrom::End(-3))?;
/// assert_eq!(poll_fn(|cx| Pin::new(&mut cursor).poll_complete(cx)).await?, 6);
/// # Ok(()) }
/// ```
pub trait AsyncSeek {
    /// Starts to move to `position`. A position before the first byte is an error; one after the
    /// last byte may be allowed.
    ///
    /// # Errors
    ///
    /// For example, if an earlier seek is under way: first wait for it with
    /// [`poll_complete`](AsyncSeek::poll_complete).
    fn start_seek(self: Pin<&mut Self>, position: SeekFrom) -> io::Result<()>;

    /// Waits for the seek that was started.
    ///
    /// - `Ready(Ok(position))`: the seek is done, and this is the position, counted from the start.
    ///   If no seek was started, some implementations return 0 instead.
    /// - `Pending`: `cx`'s waker has been stored in place of an earlier one. That waker is called
    ///   when it is worth trying again.
    /// - `Ready(Err(_))`: the seek failed, and is over.
    fn poll_complete(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<u64>>;
}

impl<T: ?Sized + AsyncSeek + Unpin> AsyncSeek for &mut T {
    seek_through!(self => Pin::new(&mut **self.get_mut()));
}

impl<T: ?Sized + AsyncSeek + Unpin> AsyncSeek for Box<T> {
    seek_through!(self => Pin::new(&mut **self.get_mut()));
}

/// For streams that aren't `Unpin`: `Pin<Box<T>>`, `Pin<&mut T>`.
impl<P> AsyncSeek for Pin<P>
where
    P: DerefMut,
    P::Target: AsyncSeek,
{
    seek_through!(self => self.as_deref_mut());
}

/// A cursor over memory never has to wait.
impl<T: AsRef<[u8]> + Unpin> AsyncSeek for Cursor<T> {
    #[inline]
    fn start_seek(self: Pin<&mut Self>, position: SeekFrom) -> io::Result<()> {
        self.get_mut().seek(position).map(drop)
    }

    #[inline]
    fn poll_complete(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<u64>> {
        Poll::Ready(Ok(self.position()))
    }
}
