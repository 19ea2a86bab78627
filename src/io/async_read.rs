//! What can be read from?
//!
//! Any type that implements [`AsyncRead`]. The trait's one method has a duty beyond reading: when
//! it returns `Pending`, it promises that the waker in `cx` will be called.
//!
//! Interface: the trait; its implementations for pointers to a reader (`&mut T`, `Box<T>`,
//! `Pin<P>`) and for memory (`&[u8]`, `Cursor`). Memory is always ready, and reports the end of
//! file after its last byte.
//!
//! Not here: the async methods (`util/async_read_ext.rs`); sockets (`net`).

use std::io::{self, Cursor};
use std::ops::DerefMut;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::ReadBuf;
use super::through::read_through;

/// A source of bytes that can be read without blocking the thread.
///
/// To *use* a reader, import [`AsyncReadExt`](super::AsyncReadExt); to *be* one, implement this.
///
/// ```
/// use kettle::io::{self, AsyncRead, AsyncReadExt, ReadBuf};
/// use std::pin::Pin;
/// use std::task::{Context, Poll};
///
/// /// Repeats "tick" for ever.
/// struct Tick;
///
/// impl AsyncRead for Tick {
///     fn poll_read(
///         self: Pin<&mut Self>,
///         _cx: &mut Context<'_>,
///         buf: &mut ReadBuf<'_>,
///     ) -> Poll<io::Result<()>> {
///         let n = buf.remaining().min(4);
///         buf.put_slice(&b"tick"[..n]);
///         Poll::Ready(Ok(()))
///     }
/// }
///
/// # #[kettle::main] async fn main() -> io::Result<()> {
/// let mut buffer = [0; 8];
/// Tick.read_exact(&mut buffer).await?;
/// assert_eq!(&buffer, b"ticktick");
/// # Ok(()) }
/// ```
pub trait AsyncRead {
    /// Tries to read into the unfilled part of `buf`.
    ///
    /// - `Ready(Ok(()))`: the bytes read were added to `buf`'s filled part. If none were added,
    ///   this is the end of file, or `buf` had no room to begin with.
    /// - `Pending`: no bytes were read, and `cx`'s waker has been stored in place of an earlier
    ///   one. That waker is called when it is worth trying again.
    /// - `Ready(Err(_))`: no bytes were read.
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>>;
}

impl<T: ?Sized + AsyncRead + Unpin> AsyncRead for &mut T {
    read_through!(self => Pin::new(&mut **self.get_mut()));
}

impl<T: ?Sized + AsyncRead + Unpin> AsyncRead for Box<T> {
    read_through!(self => Pin::new(&mut **self.get_mut()));
}

/// For readers that aren't `Unpin`: `Pin<Box<T>>`, `Pin<&mut T>`.
impl<P> AsyncRead for Pin<P>
where
    P: DerefMut,
    P::Target: AsyncRead,
{
    read_through!(self => self.as_deref_mut());
}

/// Reads from the front of the slice, and shortens the slice by as many bytes.
impl AsyncRead for &[u8] {
    #[inline]
    fn poll_read(
        mut self: Pin<&mut Self>,
        _cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let n = self.len().min(buf.remaining());
        let (now, later) = self.split_at(n);
        buf.put_slice(now);
        *self = later;
        Poll::Ready(Ok(()))
    }
}

/// Reads from the cursor's position on. A position after the end is the end of file.
impl<T: AsRef<[u8]> + Unpin> AsyncRead for Cursor<T> {
    #[inline]
    fn poll_read(
        mut self: Pin<&mut Self>,
        _cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let bytes = self.get_ref().as_ref();
        let rest = usize::try_from(self.position()).ok().and_then(|start| bytes.get(start..));
        let Some(rest) = rest else { return Poll::Ready(Ok(())) };
        let n = rest.len().min(buf.remaining());
        buf.put_slice(&rest[..n]);
        let position = self.position() + n as u64;
        self.set_position(position);
        Poll::Ready(Ok(()))
    }
}
