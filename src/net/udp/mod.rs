//! Where is the code of the UDP socket?
//!
//! | file | what is in it |
//! |---|---|
//! | `socket.rs` | [`UdpSocket`]: its life, sending, peeking |
//! | `options.rs` | its options: broadcast, multicast, … |
//!
//! Not here: receiving and the other methods that Unix datagram sockets share (`net/common/`).
//!
//! tokio: `tokio::net::UdpSocket`, `net/udp.rs`.

mod options;
mod socket;

pub use socket::UdpSocket;
