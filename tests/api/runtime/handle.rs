//! `runtime`: handle.
