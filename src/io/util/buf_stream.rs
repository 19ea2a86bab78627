//! How does a stream get a buffer for each direction?
//!
//! It is wrapped in a `BufWriter`, which is wrapped in a `BufReader`. Reads pass through the
//! `BufWriter` and writes through the `BufReader`.

use std::pin::Pin;

use pin_project_lite::pin_project;

use super::buf_reader::BufReader;
use super::buf_writer::BufWriter;
use crate::io::through::{buf_read_through, read_through, seek_through, write_through};
use crate::io::{AsyncBufRead, AsyncRead, AsyncSeek, AsyncWrite};

pin_project! {
    /// A stream with a buffer for each direction.
    ///
    /// As with [`BufWriter`], call [`flush`](crate::io::AsyncWriteExt::flush) after writing.
    ///
    /// ```
    /// use kettle::io::{AsyncBufReadExt, AsyncWriteExt, BufStream, duplex};
    ///
    /// # #[kettle::main] async fn main() -> kettle::io::Result<()> {
    /// let (client, server) = duplex(64);
    /// kettle::spawn(async move {
    ///     let mut server = BufStream::new(server);
    ///     let mut order = String::new();
    ///     server.read_line(&mut order).await?;
    ///     server.write_all(b"here is your ").await?;
    ///     server.write_all(order.as_bytes()).await?;
    ///     server.flush().await
    /// });
    ///
    /// let mut client = BufStream::new(client);
    /// client.write_all(b"green tea\n").await?;
    /// client.flush().await?;
    /// let mut answer = String::new();
    /// client.read_line(&mut answer).await?;
    /// assert_eq!(answer, "here is your green tea\n");
    /// # Ok(()) }
    /// ```
    #[derive(Debug)]
    pub struct BufStream<RW> {
        #[pin]
        inner: BufReader<BufWriter<RW>>,
    }
}

impl<RW: AsyncRead + AsyncWrite> BufStream<RW> {
    /// Gives a stream a buffer of 8 KiB for each direction.
    pub fn new(stream: RW) -> BufStream<RW> {
        BufStream { inner: BufReader::new(BufWriter::new(stream)) }
    }

    /// Gives a stream buffers of `reader_capacity` and `writer_capacity` bytes.
    ///
    /// # Panics
    ///
    /// If `reader_capacity` is 0.
    #[track_caller]
    pub fn with_capacity(
        reader_capacity: usize,
        writer_capacity: usize,
        stream: RW,
    ) -> BufStream<RW> {
        let writer = BufWriter::with_capacity(writer_capacity, stream);
        BufStream { inner: BufReader::with_capacity(reader_capacity, writer) }
    }

    /// Returns the inner stream.
    pub fn get_ref(&self) -> &RW {
        self.inner.get_ref().get_ref()
    }

    /// Returns the inner stream mutably. Reads and writes here bypass the buffers.
    pub fn get_mut(&mut self) -> &mut RW {
        self.inner.get_mut().get_mut()
    }

    /// Returns the inner stream pinned. Reads and writes here bypass the buffers.
    pub fn get_pin_mut(self: Pin<&mut Self>) -> Pin<&mut RW> {
        self.project().inner.get_pin_mut().get_pin_mut()
    }

    /// Returns the inner stream. The buffered bytes of both directions are lost.
    pub fn into_inner(self) -> RW {
        self.inner.into_inner().into_inner()
    }
}

/// Keeps all buffered bytes.
impl<RW> From<BufReader<BufWriter<RW>>> for BufStream<RW> {
    fn from(inner: BufReader<BufWriter<RW>>) -> BufStream<RW> {
        BufStream { inner }
    }
}

/// Keeps all buffered bytes, and makes the inner wrapper the outer one.
impl<RW> From<BufWriter<BufReader<RW>>> for BufStream<RW> {
    fn from(stream: BufWriter<BufReader<RW>>) -> BufStream<RW> {
        let BufWriter { inner: reader, buffer, written, seeking } = stream;
        let writer = BufWriter { inner: reader.inner, buffer, written, seeking };
        let BufReader { buffer, taken, filled, seeking, .. } = reader;
        BufStream { inner: BufReader { inner: writer, buffer, taken, filled, seeking } }
    }
}

impl<RW: AsyncRead + AsyncWrite> AsyncRead for BufStream<RW> {
    read_through!(self => self.project().inner);
}

impl<RW: AsyncRead + AsyncWrite> AsyncBufRead for BufStream<RW> {
    buf_read_through!(self => self.project().inner);
}

impl<RW: AsyncRead + AsyncWrite> AsyncWrite for BufStream<RW> {
    write_through!(self => self.project().inner, self.inner);
}

/// Writes out the write buffer, seeks the inner stream, and discards the read buffer.
impl<RW: AsyncRead + AsyncWrite + AsyncSeek> AsyncSeek for BufStream<RW> {
    seek_through!(self => self.project().inner);
}
