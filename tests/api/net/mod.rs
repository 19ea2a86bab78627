//! Sockets.

mod async_fd;
mod pipe;
mod readiness;
mod tcp;
mod tcp_addresses;
mod tcp_socket;
mod tcp_stream;
mod tcp_threads;
mod udp;
mod unix_datagram;
mod unix_socket;
mod unix_stream;

/// What both kinds of streams do: the same file, twice.
#[path = "."]
mod tcp_streams {
    pub(super) use crate::common::engine::connection as pair;
    pub(super) use kettle::net::TcpStream as Stream;
    mod streams;
}
#[path = "."]
mod unix_streams {
    pub(super) use kettle::net::UnixStream as Stream;
    pub(super) async fn pair() -> (Stream, Stream) {
        Stream::pair().unwrap()
    }
    #[allow(clippy::duplicate_mod, reason = "that is the point")]
    mod streams;
}

/// As tokio's futures are.
fn send<T: Send>(value: T) -> T {
    value
}
