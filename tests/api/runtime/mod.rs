//! Runtimes.

mod builder;
mod handle;
mod local;
mod metrics;
mod shutdown;
