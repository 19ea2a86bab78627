//! How does a program talk to others over the network without blocking its thread?
//!
//! With sockets that try first and, if the system says "not now", wait for the selector's report.
//! All of that is the engine's [`Source`](kettle_runtime::Source); a socket here is a `Source`
//! with an address, options and the traits of [`io`](crate::io).
//!
//! | file | what is in it |
//! |---|---|
//! | `addr.rs` | [`ToSocketAddrs`], [`lookup_host`]: addresses are parsed in place, names are looked up on the blocking pool |
//! | `tcp/listener.rs` | [`TcpListener`] |
//! | `tcp/stream.rs` | [`TcpStream`]: its life, reading and writing |
//! | `tcp/stream_ready.rs` | readiness and single tries: `readable`, `try_read`, … |
//! | `tcp/stream_options.rs` | addresses and options |
//! | `tcp/split.rs`, `tcp/split_owned.rs` | the halves |
//! | `tcp/socket.rs` | [`TcpSocket`]: options before `connect` and `listen` |
//!
//! Interface: what is re-exported below. Invariants: a socket belongs to the runtime in which it
//! was made, and may be used from anywhere while that one runs. Errors are the system's own.
//!
//! Not here: UDP and Unix sockets, which are still to come.
//!
//! tokio: `tokio::net`.

mod addr;
pub mod tcp;

pub use addr::{ToSocketAddrs, lookup_host};
pub use tcp::listener::TcpListener;
pub use tcp::socket::TcpSocket;
pub use tcp::stream::TcpStream;
