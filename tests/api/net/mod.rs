//! Sockets.

mod async_fd;
mod pipe;
mod tcp;
mod tcp_socket;
mod tcp_stream;
mod udp;
mod unix_datagram;
mod unix_socket;
mod unix_stream;
