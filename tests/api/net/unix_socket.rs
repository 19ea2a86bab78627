//! `net`: unix_socket.
