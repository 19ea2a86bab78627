//! Runtimes.

mod builder;
mod ending;
mod handle;
mod local;
mod metrics;
mod runtimes;
