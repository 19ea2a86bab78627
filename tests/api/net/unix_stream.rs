//! `net`: unix_stream.
