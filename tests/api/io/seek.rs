//! `io`: seek.
