//! `net`: udp.
