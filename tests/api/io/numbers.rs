//! `io`: numbers.
