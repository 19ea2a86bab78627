//! Runtimes.

mod builder;
mod ending;
mod enter;
mod handle;
mod local;
mod metrics;
mod runtimes;
mod shutdown;
