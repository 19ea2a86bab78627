//! `io`: copy.
