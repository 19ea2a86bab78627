//! `io`: halves.
