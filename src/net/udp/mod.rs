//! How do datagrams travel over IP?
//!
//! | file | what is in it |
//! |---|---|
//! | `socket.rs` | [`UdpSocket`]: its life, sending, peeking |
//! | `options.rs` | its options: broadcast, multicast, … |
//!
//! Not here: receiving and what else Unix datagrams do as well (`net/common/`).
//!
//! tokio: `tokio::net::UdpSocket`, `net/udp.rs`.

mod options;
mod socket;

pub use socket::UdpSocket;
