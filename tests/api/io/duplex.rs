//! `io`: duplex.
