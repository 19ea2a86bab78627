//! What can a program ask of a reader with a buffer?
//!
//! It can call the methods of [`AsyncBufReadExt`], which the blanket implementation at the end
//! gives to every [`AsyncBufRead`]. They only build futures, each defined in the file of the same
//! name.

use std::pin::Pin;

use super::fill_buf::FillBuf;
use super::lines::Lines;
use super::read_line::ReadLine;
use super::read_until::ReadUntil;
use super::split::Split;
use crate::io::AsyncBufRead;

/// What to await on a reader with a buffer.
pub trait AsyncBufReadExt: AsyncBufRead {
    /// Reads up to and with the byte `byte`, or up to the end of file, adds that to `buf`, and says
    /// how many bytes came: 0 at the end of file.
    ///
    /// The vector grows without limit. From a peer that you don't trust, read with
    /// [`take`](super::AsyncReadExt::take).
    ///
    /// # Errors
    ///
    /// Those of the reader, except [`Interrupted`](std::io::ErrorKind::Interrupted), which is tried
    /// again. What came before the error is in `buf`.
    ///
    /// # Cancel safety
    ///
    /// No byte is lost: if the future is dropped before it is ready, what has come is in `buf`, and
    /// a new `read_until` goes on after it. Only the count begins anew.
    ///
    /// ```
    /// use kettle::io::AsyncBufReadExt;
    ///
    /// # #[kettle::main]
    /// # async fn main() -> kettle::io::Result<()> {
    /// let mut reader: &[u8] = b"green-tea";
    /// let mut word = Vec::new();
    /// assert_eq!(reader.read_until(b'-', &mut word).await?, 6);
    /// assert_eq!(word, b"green-");
    /// assert_eq!(reader, b"tea");
    /// # Ok(())
    /// # }
    /// ```
    fn read_until<'a>(&'a mut self, byte: u8, buf: &'a mut Vec<u8>) -> ReadUntil<'a, Self>
    where
        Self: Unpin,
    {
        ReadUntil::new(self, byte, buf)
    }

    /// Reads a line with its `\n`, or up to the end of file, adds it to `buf`, and says how many
    /// bytes came: 0 at the end of file.
    ///
    /// The string grows without limit. From a peer that you don't trust, read with
    /// [`take`](super::AsyncReadExt::take).
    ///
    /// # Errors
    ///
    /// [`InvalidData`](std::io::ErrorKind::InvalidData) if the line is not UTF-8: `buf` is what it
    /// was before, and the line is lost. Else those of the reader, except
    /// [`Interrupted`](std::io::ErrorKind::Interrupted), which is tried again. What came before
    /// such an error is in `buf` if it is UTF-8, and lost if it is not.
    ///
    /// # Cancel safety
    ///
    /// Not cancel safe: bytes that have been read are lost with the future. `buf` is what it was
    /// before (with tokio, it is empty). [`Lines::next_line`] and
    /// [`read_until`](AsyncBufReadExt::read_until) are cancel safe.
    ///
    /// ```
    /// use kettle::io::AsyncBufReadExt;
    ///
    /// # #[kettle::main]
    /// # async fn main() -> kettle::io::Result<()> {
    /// let mut reader: &[u8] = b"green\ntea";
    /// let mut line = String::new();
    /// assert_eq!(reader.read_line(&mut line).await?, 6);
    /// assert_eq!(line, "green\n");
    /// # Ok(())
    /// # }
    /// ```
    fn read_line<'a>(&'a mut self, buf: &'a mut String) -> ReadLine<'a, Self>
    where
        Self: Unpin,
    {
        ReadLine::new(self, buf)
    }

    /// The segments of this reader, each ended by the byte `byte`.
    ///
    /// ```
    /// use kettle::io::AsyncBufReadExt;
    /// use std::io::Cursor;
    ///
    /// # #[kettle::main]
    /// # async fn main() -> kettle::io::Result<()> {
    /// let mut teas = Cursor::new("green,black").split(b',');
    /// assert_eq!(teas.next_segment().await?, Some(b"green".to_vec()));
    /// assert_eq!(teas.next_segment().await?, Some(b"black".to_vec()));
    /// assert_eq!(teas.next_segment().await?, None);
    /// # Ok(())
    /// # }
    /// ```
    fn split(self, byte: u8) -> Split<Self>
    where
        Self: Sized + Unpin,
    {
        Split::new(self, byte)
    }

    /// Lends the bytes that are buffered. If there are none, it reads first. An empty slice is the
    /// end of file.
    ///
    /// The bytes stay buffered, and are lent or read again, until
    /// [`consume`](AsyncBufReadExt::consume) takes them.
    ///
    /// # Errors
    ///
    /// Those of the reader, [`Interrupted`](std::io::ErrorKind::Interrupted) too.
    ///
    /// # Panics
    ///
    /// The future, if it is polled after it was ready.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: if the future is dropped, no byte has been taken from the reader.
    ///
    /// ```
    /// use kettle::io::AsyncBufReadExt;
    ///
    /// # #[kettle::main]
    /// # async fn main() -> kettle::io::Result<()> {
    /// let mut reader: &[u8] = b"green tea";
    /// assert_eq!(reader.fill_buf().await?, b"green tea");
    /// reader.consume(6);
    /// assert_eq!(reader.fill_buf().await?, b"tea");
    /// # Ok(())
    /// # }
    /// ```
    fn fill_buf(&mut self) -> FillBuf<'_, Self>
    where
        Self: Unpin,
    {
        FillBuf::new(self)
    }

    /// Takes the first `amt` bytes out of the buffer. They must have been lent by
    /// [`fill_buf`](AsyncBufReadExt::fill_buf).
    fn consume(&mut self, amt: usize)
    where
        Self: Unpin,
    {
        Pin::new(self).consume(amt);
    }

    /// The lines of this reader, without the `\n` or `\r\n` that ends each.
    ///
    /// ```
    /// use kettle::io::AsyncBufReadExt;
    ///
    /// # #[kettle::main]
    /// # async fn main() -> kettle::io::Result<()> {
    /// let reader: &[u8] = b"green\ntea";
    /// let mut lines = reader.lines();
    /// assert_eq!(lines.next_line().await?.as_deref(), Some("green"));
    /// assert_eq!(lines.next_line().await?.as_deref(), Some("tea"));
    /// assert_eq!(lines.next_line().await?, None);
    /// # Ok(())
    /// # }
    /// ```
    fn lines(self) -> Lines<Self>
    where
        Self: Sized,
    {
        Lines::new(self)
    }
}

impl<R: AsyncBufRead + ?Sized> AsyncBufReadExt for R {}
