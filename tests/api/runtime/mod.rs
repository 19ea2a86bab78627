//! Runtimes.

mod after_the_end;
mod block_on;
mod builder;
mod ending;
mod ending_jobs;
mod handle;
mod local;
mod metrics;
mod runtimes;
