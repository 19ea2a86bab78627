//! Which code do all sockets share?
//!
//! Nearly everything. Each socket has an [`Evented`](crate::io::evented::Evented), whose plain
//! functions do the work. The public methods, with the same documentation on each type, come from
//! macros, Rust's only way to give several types the same methods without a trait to import.
//!
//! | file | macro | gives | to |
//! |---|---|---|---|
//! | `handle.rs` | `handle!` | `from_std`, `into_std`, `Debug`, the descriptor | sockets and listeners |
//! | | `descriptor!` | the descriptor, in both directions | sockets that are not connected yet |
//! | `ready.rs` | `readiness!` | `ready`, `readable`, `writable`, `try_io`, `async_io` … | sockets |
//! | `stream.rs` | `reads!`, `writes!` | `try_read`, `try_write` …, `AsyncRead`, `AsyncWrite` | streams and pipes |
//! | `halves.rs` | `halves!` | the borrowed and the owned halves | streams |
//! | `datagram.rs` | `datagrams!` | `send`, `recv`, `try_recv_from` … | datagram sockets |
//! | `ip.rs` | `ip_options!` | `tos_v4`, `bind_device` … | IP sockets |
//!
//! Two ends in this process are linked (`link.rs`, `others.rs`), where a debug build looks on, and
//! in a search a network may come between them (`gate.rs`, `faults/`).
//!
//! The plain functions start a connection and wait until it is established (`connect.rs`), shut it
//! down (`stream.rs`), fill the free room of a growing buffer (`fill.rs`), and say which length is
//! recorded for a datagram (`datagram.rs`).
//!
//! A macro expects a struct with a field `io: Evented<…>` and adds methods that call it, a line or
//! two each. Macros contain no logic.
//!
//! tokio: the methods are written out for each socket.

mod connect;
mod datagram;
pub(crate) mod faults;
#[cfg(feature = "io-util")]
mod fill;
mod gate;
mod halves;
mod handle;
mod ip;
pub(crate) mod link;
mod others;
mod ready;
mod stream;

pub(super) use connect::{begun, connected};
pub(super) use datagram::{datagrams, length};
#[cfg(feature = "io-util")]
pub(super) use fill::{fill, fill_whole};
pub(super) use halves::{half, halves, read_half, write_half};
pub(super) use handle::{assert_non_blocking, descriptor, handle};
pub(super) use ip::ip_options;
pub(super) use others::is_ours;
pub(super) use ready::{InTurn, readiness};
pub(super) use stream::{async_read, async_write, end_writing, reads, writes};
