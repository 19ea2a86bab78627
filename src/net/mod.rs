//! How does a program talk to other programs without blocking its thread?
//!
//! Sockets attempt each operation at once and, if the system says "not now", wait for the
//! selector's report. The engine's [`Source`](kettle_runtime::Source) does both; a socket here is a
//! `Source` with an address, options and the traits of [`io`](crate::io).
//!
//! ```
//! use kettle::io::{AsyncReadExt, AsyncWriteExt};
//! use kettle::net::{TcpListener, TcpStream};
//!
//! # #[kettle::main] async fn main() -> std::io::Result<()> {
//! let listener = TcpListener::bind("127.0.0.1:0").await?;
//! let address = listener.local_addr()?;
//! kettle::spawn(async move {
//!     let (mut visitor, _) = listener.accept().await?;
//!     visitor.write_all(b"tea").await
//! });
//! let mut text = String::new();
//! TcpStream::connect(address).await?.read_to_string(&mut text).await?;
//! assert_eq!(text, "tea");
//! # Ok(()) }
//! ```
//!
//! | file | what is in it |
//! |---|---|
//! | `addr.rs` | [`ToSocketAddrs`], [`lookup_host`]: names are looked up on the blocking pool |
//! | `common/` | the code that all sockets share: readiness, reading, halves, datagrams |
//! | `tcp/listener.rs` | [`TcpListener`] |
//! | `tcp/stream.rs` | [`TcpStream`]: its life |
//! | `tcp/stream_options.rs` | addresses and options |
//! | `tcp/split.rs` | the halves |
//! | `tcp/socket.rs` | [`TcpSocket`]: options before `connect` and `listen` |
//! | `udp/` | [`UdpSocket`] |
//! | `unix/` | sockets and pipes between programs on one machine |
//!
//! Read `common/mod.rs` first, then `tcp/stream.rs`; the other sockets are variations of it.
//!
//! Interface: the items re-exported below. Invariants: a socket belongs to the runtime in which it
//! was made, and can be used anywhere while that runtime runs. Errors are the system's own.
//!
//! Not here: other descriptors ([`AsyncFd`](crate::io::unix::AsyncFd)), and Windows's named pipes,
//! which tokio has.

mod addr;
pub(crate) mod common;
pub mod tcp;
mod udp;
#[cfg(unix)]
pub mod unix;

pub use addr::{ToSocketAddrs, lookup_host};
pub use tcp::listener::TcpListener;
pub use tcp::socket::TcpSocket;
pub use tcp::stream::TcpStream;
pub use udp::UdpSocket;
#[cfg(unix)]
pub use unix::datagram::UnixDatagram;
#[cfg(unix)]
pub use unix::listener::UnixListener;
#[cfg(unix)]
pub use unix::socket::UnixSocket;
#[cfg(unix)]
pub use unix::stream::UnixStream;
