//! `runtime`: metrics.
