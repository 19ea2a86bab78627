//! What can a program await on a reader with a buffer?
//!
//! The methods of [`AsyncBufReadExt`], which the blanket implementation at the end gives to every
//! [`AsyncBufRead`]. They only build futures, which `mod.rs` says where to find.

use std::pin::Pin;

use super::fill_buf::FillBuf;
use super::lines::{Lines, Split};
use super::read_line::ReadLine;
use super::read_until::ReadUntil;
use crate::io::AsyncBufRead;

/// A buffered reader's async methods.
pub trait AsyncBufReadExt: AsyncBufRead {
    /// Reads up to and including the byte `byte`, or to the end of file, and appends the bytes to
    /// `buf`. Returns their number, which is 0 at the end of file.
    ///
    /// The vector grows without limit, so if you don't trust the peer, limit the reader with
    /// [`take`](super::AsyncReadExt::take).
    ///
    /// # Errors
    ///
    /// The reader's errors, except [`Interrupted`](std::io::ErrorKind::Interrupted), which is
    /// retried. Bytes read before the error are in `buf`.
    ///
    /// # Cancel safety
    ///
    /// No byte is lost: if the future is dropped before it is ready, the bytes read so far are in
    /// `buf`, and a new `read_until` continues after them. Only the count starts again.
    ///
    /// ```
    /// use kettle::io::AsyncBufReadExt;
    ///
    /// # #[kettle::main] async fn main() -> kettle::io::Result<()> {
    /// let mut reader: &[u8] = b"green-tea";
    /// let mut word = Vec::new();
    /// assert_eq!(reader.read_until(b'-', &mut word).await?, 6);
    /// assert_eq!(word, b"green-");
    /// assert_eq!(reader, b"tea");
    /// # Ok(()) }
    /// ```
    fn read_until<'a>(&'a mut self, byte: u8, buf: &'a mut Vec<u8>) -> ReadUntil<'a, Self>
    where
        Self: Unpin,
    {
        ReadUntil::new(self, byte, buf)
    }

    /// Reads a line with its `\n`, or to the end of file, and appends it to `buf`. Returns the
    /// number of bytes, which is 0 at the end of file.
    ///
    /// The string grows without limit, so if you don't trust the peer, limit the reader with
    /// [`take`](super::AsyncReadExt::take).
    ///
    /// # Errors
    ///
    /// [`InvalidData`](std::io::ErrorKind::InvalidData) if the line isn't UTF-8, which leaves `buf`
    /// unchanged and loses the line. Otherwise the reader's errors, except
    /// [`Interrupted`](std::io::ErrorKind::Interrupted), which is retried. Bytes read before such
    /// an error are in `buf` if they are UTF-8, and lost if not.
    ///
    /// # Cancel safety
    ///
    /// Not cancel safe: bytes that have been read are lost with the future. `buf` is unchanged,
    /// whereas tokio leaves it empty. [`Lines::next_line`] and
    /// [`read_until`](AsyncBufReadExt::read_until) are cancel safe.
    ///
    /// ```
    /// use kettle::io::AsyncBufReadExt;
    ///
    /// # #[kettle::main] async fn main() -> kettle::io::Result<()> {
    /// let mut reader: &[u8] = b"green\ntea";
    /// let mut line = String::new();
    /// assert_eq!(reader.read_line(&mut line).await?, 6);
    /// assert_eq!(line, "green\n");
    /// # Ok(()) }
    /// ```
    fn read_line<'a>(&'a mut self, buf: &'a mut String) -> ReadLine<'a, Self>
    where
        Self: Unpin,
    {
        ReadLine::new(self, buf)
    }

    /// Returns the reader's segments, each of which ends with the byte `byte`.
    ///
    /// ```
    /// use kettle::io::AsyncBufReadExt;
    /// use std::io::Cursor;
    ///
    /// # #[kettle::main] async fn main() -> kettle::io::Result<()> {
    /// let mut teas = Cursor::new("green,black").split(b',');
    /// assert_eq!(teas.next_segment().await?, Some(b"green".to_vec()));
    /// assert_eq!(teas.next_segment().await?, Some(b"black".to_vec()));
    /// assert_eq!(teas.next_segment().await?, None);
    /// # Ok(()) }
    /// ```
    fn split(self, byte: u8) -> Split<Self>
    where
        Self: Sized + Unpin,
    {
        Split::new(self, byte)
    }

    /// Lends the buffered bytes. If there are none, reads first. An empty slice means the end of
    /// file.
    ///
    /// The bytes stay buffered, and are lent or read again until
    /// [`consume`](AsyncBufReadExt::consume) takes them.
    ///
    /// # Errors
    ///
    /// The reader's errors, including [`Interrupted`](std::io::ErrorKind::Interrupted).
    ///
    /// # Panics
    ///
    /// If the future is polled after it has returned `Ready`.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: if the future is dropped, no byte has been taken from the reader.
    ///
    /// ```
    /// use kettle::io::AsyncBufReadExt;
    ///
    /// # #[kettle::main] async fn main() -> kettle::io::Result<()> {
    /// let mut reader: &[u8] = b"green tea";
    /// assert_eq!(reader.fill_buf().await?, b"green tea");
    /// reader.consume(6);
    /// assert_eq!(reader.fill_buf().await?, b"tea");
    /// # Ok(()) }
    /// ```
    fn fill_buf(&mut self) -> FillBuf<'_, Self>
    where
        Self: Unpin,
    {
        FillBuf::new(Some(self))
    }

    /// Takes the first `amt` bytes out of the buffer. [`fill_buf`](AsyncBufReadExt::fill_buf) must
    /// have lent them before.
    fn consume(&mut self, amt: usize)
    where
        Self: Unpin,
    {
        Pin::new(self).consume(amt);
    }

    /// Returns the reader's lines, without the `\n` or `\r\n` at their ends.
    ///
    /// ```
    /// use kettle::io::AsyncBufReadExt;
    ///
    /// # #[kettle::main] async fn main() -> kettle::io::Result<()> {
    /// let reader: &[u8] = b"green\r\ntea";
    /// let mut lines = reader.lines();
    /// assert_eq!(lines.next_line().await?.as_deref(), Some("green"));
    /// assert_eq!(lines.next_line().await?.as_deref(), Some("tea"));
    /// assert_eq!(lines.next_line().await?, None);
    /// # Ok(()) }
    /// ```
    fn lines(self) -> Lines<Self>
    where
        Self: Sized,
    {
        Lines::new(self)
    }
}

impl<R: AsyncBufRead + ?Sized> AsyncBufReadExt for R {}
