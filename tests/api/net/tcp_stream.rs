//! `net`: tcp_stream.
