//! `net`: tcp_socket.
