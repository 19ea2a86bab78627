//! How is a TCP connection split between two tasks?
//!
//! Into the halves of a [`TcpStream`](super::TcpStream), one that reads and one that writes:
//! borrowed ([`ReadHalf`], [`WriteHalf`]) or owned ([`OwnedReadHalf`], [`OwnedWriteHalf`]). The
//! sockets themselves are re-exported one level up.
//!
//! ```
//! use kettle::io::{AsyncReadExt, AsyncWriteExt};
//! use kettle::net::{TcpListener, TcpStream};
//!
//! # #[kettle::main] async fn main() -> std::io::Result<()> {
//! # let listener = TcpListener::bind("127.0.0.1:0").await?;
//! # let address = listener.local_addr()?;
//! # kettle::spawn(async move {
//! #     let (mut visitor, _) = listener.accept().await?;
//! #     let letter = visitor.read_u8().await?;
//! #     visitor.write_u8(letter).await
//! # });
//! let (mut reading, mut writing) = TcpStream::connect(address).await?.into_split();
//! kettle::spawn(async move { writing.write_all(b"t").await });
//! assert_eq!(reading.read_u8().await?, b't');
//! # Ok(()) }
//! ```

pub(super) mod listener;
pub(super) mod socket;
mod split;
pub(super) mod stream;
mod stream_options;

pub use split::{OwnedReadHalf, OwnedWriteHalf, ReadHalf, ReuniteError, WriteHalf};
