//! `runtime`: local.
