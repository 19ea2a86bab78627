//! `io`: ext.
