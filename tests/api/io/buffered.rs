//! `io`: buffered.
