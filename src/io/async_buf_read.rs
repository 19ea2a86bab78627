//! How can a caller look at bytes before it takes them?
//!
//! An [`AsyncBufRead`] lends its buffer, and the caller says afterwards how many of the bytes it
//! has used. So a caller can look for the end of a line without copying bytes or reading too many.
//!
//! Interface: the trait; its implementations for pointers to a buffered reader (`&mut T`, `Box<T>`,
//! `Pin<P>`) and for memory (`&[u8]`, `Cursor`).
//!
//! Not here: the async methods (`util/async_buf_read_ext.rs`); a buffer for a reader that has none
//! (`util/buf_reader.rs`).

use std::io::{self, BufRead, Cursor};
use std::ops::DerefMut;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::AsyncRead;
use super::through::buf_read_through;

/// A reader with a buffer that it lends.
///
/// To *use* one, import [`AsyncBufReadExt`](super::AsyncBufReadExt). To turn any reader into one,
/// wrap it in a [`BufReader`](super::BufReader).
///
/// ```
/// use kettle::io::{self, AsyncBufRead};
/// use std::future::poll_fn;
/// use std::pin::Pin;
///
/// # #[kettle::main] async fn main() -> io::Result<()> {
/// let mut reader: &[u8] = b"green tea";
/// let length = poll_fn(|cx| Pin::new(&mut reader).poll_fill_buf(cx).map_ok(<[u8]>::len)).await?;
/// assert_eq!(length, 9);
/// Pin::new(&mut reader).consume(6); // the word and the space
/// assert_eq!(reader, b"tea");
/// # Ok(()) }
/// ```
pub trait AsyncBufRead: AsyncRead {
    /// Tries to lend the buffered bytes. If there are none, it reads first.
    ///
    /// - `Ready(Ok(bytes))`: the bytes stay buffered until [`consume`](AsyncBufRead::consume) takes
    ///   them, so another call returns them again. An empty slice means the end of file.
    /// - `Pending`: the buffer is empty, and `cx`'s waker has been stored in place of an earlier
    ///   one. That waker is called when it is worth trying again.
    /// - `Ready(Err(_))`: the buffer is empty, and no bytes were read.
    fn poll_fill_buf(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>>;

    /// Takes the first `amt` bytes out of the buffer, so that they aren't lent or read again.
    ///
    /// `amt` must not exceed the number of bytes that
    /// [`poll_fill_buf`](AsyncBufRead::poll_fill_buf) last lent.
    fn consume(self: Pin<&mut Self>, amt: usize);
}

impl<T: ?Sized + AsyncBufRead + Unpin> AsyncBufRead for &mut T {
    buf_read_through!(self => Pin::new(&mut **self.get_mut()));
}

impl<T: ?Sized + AsyncBufRead + Unpin> AsyncBufRead for Box<T> {
    buf_read_through!(self => Pin::new(&mut **self.get_mut()));
}

/// For readers that aren't `Unpin`: `Pin<Box<T>>`, `Pin<&mut T>`.
impl<P> AsyncBufRead for Pin<P>
where
    P: DerefMut,
    P::Target: AsyncBufRead,
{
    buf_read_through!(self => self.as_deref_mut());
}

/// The slice is its own buffer. Consuming moves its start.
impl AsyncBufRead for &[u8] {
    #[inline]
    fn poll_fill_buf(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        Poll::Ready(Ok(*self))
    }

    /// # Panics
    ///
    /// If `amt` is more than the slice's length.
    #[inline]
    fn consume(mut self: Pin<&mut Self>, amt: usize) {
        *self = &self[amt..];
    }
}

/// The bytes from the cursor's position on. Consuming moves the position.
impl<T: AsRef<[u8]> + Unpin> AsyncBufRead for Cursor<T> {
    #[inline]
    fn poll_fill_buf(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        Poll::Ready(self.get_mut().fill_buf())
    }

    #[inline]
    fn consume(self: Pin<&mut Self>, amt: usize) {
        BufRead::consume(self.get_mut(), amt);
    }
}
