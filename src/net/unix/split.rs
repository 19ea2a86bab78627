//! How can one task read a Unix connection while another writes it?
//!
//! The halves of a stream are in `net/common/halves.rs`.
//!
//! tokio: `net/unix/split.rs`, `net/unix/split_owned.rs`.

use super::address::SocketAddr;
use super::stream::UnixStream;
use crate::net::common::halves;

halves!(UnixStream, SocketAddr);

impl UnixStream {
    /// Lends a half for reading and a half for writing. For two tasks there is
    /// [`UnixStream::into_split`].
    ///
    /// ```
    /// use kettle::io::{AsyncReadExt, AsyncWriteExt};
    /// # use kettle::net::UnixStream;
    ///
    /// # #[kettle::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let (mut stream, mut far) = UnixStream::pair()?;
    /// # far.write_all(b"pong").await?;
    /// let (mut reader, mut writer) = stream.split();
    /// let mut answer = [0; 4];
    /// let (sent, got) = kettle::join!(writer.write_all(b"ping"), reader.read_exact(&mut answer));
    /// sent?;
    /// got?;
    /// assert_eq!(&answer, b"pong");
    /// # Ok(())
    /// # }
    /// ```
    pub fn split(&mut self) -> (ReadHalf<'_>, WriteHalf<'_>) {
        (ReadHalf(self), WriteHalf(self))
    }

    /// Makes it two halves that different tasks can own. Dropping the one for writing shuts its
    /// direction down. [`OwnedReadHalf::reunite`] makes them one stream again.
    ///
    /// ```
    /// # use kettle::io::{AsyncReadExt, AsyncWriteExt};
    /// # use kettle::net::UnixStream;
    /// # #[kettle::main]
    /// # async fn main() -> std::io::Result<()> {
    /// let (near, mut far) = UnixStream::pair()?;
    /// let (_reader, mut writer) = near.into_split();
    /// kettle::spawn(async move { writer.write_all(b"ping").await });
    ///
    /// let mut text = String::new();
    /// far.read_to_string(&mut text).await?; // ends when `writer` is dropped
    /// assert_eq!(text, "ping");
    /// # Ok(())
    /// # }
    /// ```
    pub fn into_split(self) -> (OwnedReadHalf, OwnedWriteHalf) {
        into_split(self)
    }
}
