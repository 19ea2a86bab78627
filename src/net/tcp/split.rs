//! How can one task read from a TCP connection while another writes to it?
//!
//! The halves of all streams are in `net/common/halves.rs`; TCP's halves can also peek.
//!
//! tokio: `net/tcp/split.rs`, `net/tcp/split_owned.rs`.

use std::io;
use std::net::SocketAddr;
use std::task::{Context, Poll};

use super::stream::TcpStream;
use crate::io::ReadBuf;
use crate::net::common::halves;

halves!(TcpStream, SocketAddr);

impl TcpStream {
    /// Borrows the stream as a reading half and a writing half. Halves for two tasks come from
    /// [`TcpStream::into_split`].
    ///
    /// ```
    /// use kettle::io::{AsyncReadExt, AsyncWriteExt};
    /// # use kettle::net::{TcpListener, TcpStream};
    ///
    /// # #[kettle::main] async fn main() -> std::io::Result<()> {
    /// # let listener = TcpListener::bind("127.0.0.1:0").await?;
    /// # let mut stream = TcpStream::connect(listener.local_addr()?).await?;
    /// # let (mut far, _) = listener.accept().await?;
    /// # far.write_all(b"pong").await?;
    /// let (mut reader, mut writer) = stream.split();
    /// let mut answer = [0; 4];
    /// let (sent, got) = kettle::join!(writer.write_all(b"ping"), reader.read_exact(&mut answer));
    /// sent?;
    /// got?;
    /// assert_eq!(&answer, b"pong");
    /// # Ok(()) }
    /// ```
    pub fn split(&mut self) -> (ReadHalf<'_>, WriteHalf<'_>) {
        (ReadHalf(self), WriteHalf(self))
    }

    /// Splits the stream into two halves that different tasks can own. Dropping the writing half
    /// shuts down its direction. [`OwnedReadHalf::reunite`] joins them again.
    ///
    /// ```
    /// # use kettle::io::{AsyncReadExt, AsyncWriteExt};
    /// # use kettle::net::{TcpListener, TcpStream};
    /// # #[kettle::main] async fn main() -> std::io::Result<()> {
    /// # let listener = TcpListener::bind("127.0.0.1:0").await?;
    /// # let near = TcpStream::connect(listener.local_addr()?).await?;
    /// # let (mut far, _) = listener.accept().await?;
    /// let (mut reader, mut writer) = near.into_split();
    /// kettle::spawn(async move { writer.write_all(b"ping").await });
    ///
    /// let mut text = String::new();
    /// far.read_to_string(&mut text).await?; // ends when `writer` is dropped
    /// assert_eq!(text, "ping");
    /// far.write_all(b"pong").await?;
    /// assert_eq!(reader.read(&mut [0; 8]).await?, 4);
    /// # Ok(()) }
    /// ```
    pub fn into_split(self) -> (OwnedReadHalf, OwnedWriteHalf) {
        into_split(self)
    }
}

/// Among the streams, only TCP's can look at data without taking it.
macro_rules! peeks {
    ($half:ty) => {
        impl $half {
            /// [`TcpStream::poll_peek`].
            pub fn poll_peek(
                &mut self,
                cx: &mut Context<'_>,
                buf: &mut ReadBuf<'_>,
            ) -> Poll<io::Result<usize>> {
                self.stream().poll_peek(cx, buf)
            }

            /// [`TcpStream::peek`], and as cancel safe.
            #[track_caller]
            pub fn peek(&mut self, buf: &mut [u8]) -> impl Future<Output = io::Result<usize>> {
                self.stream().peek(buf)
            }
        }
    };
}

peeks!(ReadHalf<'_>);
peeks!(OwnedReadHalf);
