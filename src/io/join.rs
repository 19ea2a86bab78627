//! How are a reader and a writer joined into one stream?
//!
//! A [`Join`] owns both, reads from one and writes to the other.
//!
//! Not here: the opposite, `split` (`halves.rs`); the macro `join!`, which awaits several futures.

use std::pin::Pin;

use pin_project_lite::pin_project;

use super::through::{buf_read_through, read_through, write_through};
use super::{AsyncBufRead, AsyncRead, AsyncWrite};

/// Joins a reader and a writer into one stream.
///
/// ```
/// use kettle::io::{self, AsyncReadExt, AsyncWriteExt};
///
/// # #[kettle::main] async fn main() -> io::Result<()> {
/// let reader: &[u8] = b"green tea";
/// let mut stream = io::join(reader, Vec::new());
/// let mut word = [0; 5];
/// stream.read_exact(&mut word).await?;
/// stream.write_all(&word).await?;
/// assert_eq!(stream.into_inner(), (&b" tea"[..], b"green".to_vec()));
/// # Ok(()) }
/// ```
pub fn join<R, W>(reader: R, writer: W) -> Join<R, W>
where
    R: AsyncRead,
    W: AsyncWrite,
{
    Join { reader, writer }
}

pin_project! {
    /// A reader and a writer as one stream. Made by [`join`].
    #[derive(Debug)]
    pub struct Join<R, W> {
        #[pin]
        reader: R,
        #[pin]
        writer: W,
    }
}

impl<R, W> Join<R, W>
where
    R: AsyncRead,
    W: AsyncWrite,
{
    /// Returns the reader and the writer.
    pub fn into_inner(self) -> (R, W) {
        (self.reader, self.writer)
    }

    /// Returns a reference to the reader.
    pub fn reader(&self) -> &R {
        &self.reader
    }

    /// Returns a reference to the writer.
    pub fn writer(&self) -> &W {
        &self.writer
    }

    /// Returns a mutable reference to the reader.
    pub fn reader_mut(&mut self) -> &mut R {
        &mut self.reader
    }

    /// Returns a mutable reference to the writer.
    pub fn writer_mut(&mut self) -> &mut W {
        &mut self.writer
    }

    /// Returns a pinned reference to the reader.
    pub fn reader_pin_mut(self: Pin<&mut Self>) -> Pin<&mut R> {
        self.project().reader
    }

    /// Returns a pinned reference to the writer.
    pub fn writer_pin_mut(self: Pin<&mut Self>) -> Pin<&mut W> {
        self.project().writer
    }
}

impl<R: AsyncRead, W> AsyncRead for Join<R, W> {
    read_through!(self => self.project().reader);
}

impl<R: AsyncBufRead, W> AsyncBufRead for Join<R, W> {
    buf_read_through!(self => self.project().reader);
}

impl<R, W: AsyncWrite> AsyncWrite for Join<R, W> {
    write_through!(self => self.project().writer, self.writer);
}
