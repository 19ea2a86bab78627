//! `net`: unix_datagram.
