//! `runtime`: builder.
