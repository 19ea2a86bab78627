//! What can a program await on a stream with a position?
//!
//! The methods of [`AsyncSeekExt`], which the blanket implementation at the end gives to every
//! [`AsyncSeek`]. All of them return the future in `seek.rs`.

use std::io::SeekFrom;

use super::seek::Seek;
use crate::io::AsyncSeek;

/// A seekable stream's async methods.
pub trait AsyncSeekExt: AsyncSeek {
    /// Moves to a position and returns it, counted from the start.
    ///
    /// # Errors
    ///
    /// An error for a position before the start, or the stream's own.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped before it is ready, the position may or may not have moved. A seek
    /// that has started goes on, and the next one waits for it.
    ///
    /// ```
    /// use kettle::io::{AsyncReadExt, AsyncSeekExt, SeekFrom};
    /// use std::io::Cursor;
    ///
    /// # #[kettle::main] async fn main() -> kettle::io::Result<()> {
    /// let mut cursor = Cursor::new(b"green tea");
    /// assert_eq!(cursor.seek(SeekFrom::End(-3)).await?, 6);
    /// let mut text = String::new();
    /// cursor.read_to_string(&mut text).await?;
    /// assert_eq!(text, "tea");
    /// # Ok(()) }
    /// ```
    fn seek(&mut self, pos: SeekFrom) -> Seek<'_, Self>
    where
        Self: Unpin,
    {
        Seek::new(self, Some(pos))
    }

    /// Moves to the start, like `seek(SeekFrom::Start(0))`, with the same errors and cancel safety.
    fn rewind(&mut self) -> Seek<'_, Self>
    where
        Self: Unpin,
    {
        self.seek(SeekFrom::Start(0))
    }

    /// Returns the position, like `seek(SeekFrom::Current(0))`, with the same errors.
    fn stream_position(&mut self) -> Seek<'_, Self>
    where
        Self: Unpin,
    {
        self.seek(SeekFrom::Current(0))
    }
}

impl<S: AsyncSeek + ?Sized> AsyncSeekExt for S {}
