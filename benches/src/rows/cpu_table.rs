//! The rows in which the runtime is the cost: tasks, channels, locks, timers, memory.

use super::on::{growing, on, row};
use super::{kettle, os_threads};
#[cfg(feature = "peers")]
use super::{smol, tokio};
use crate::row::{Row, Run, Unit};

pub(super) const TABLE: &[Row] = &[
    row!("spawn-one", 300_000, "`block_on`'s future spawns and joins one at a time", spawn::one: tokio smol)
    .counting_calls(),
    row!("yield", 10_000_000, "a yield of one of 1,000 ready tasks", yields::many: tokio smol)
    .counting_calls(),
    row!("mpsc", 5_000_000, "a message through `mpsc(32)`, 1 producer", channel::one_producer: tokio smol)
    .counting_calls(),
    row!("cross-wake", 1_000, "latency of one wake from another thread, on all cores; the median of a sample", threads::wake: tokio smol)
    .in_unit(Unit::WallNanos)
    .on_all_cores(),
    row!("lock", 10_000_000, "an uncontended `Mutex` locked and unlocked", lock::free: tokio smol)
    .counting_calls(),
    row!("select", 4_000_000, "a message through a loop of `select!` over two receivers", select::two_receivers: tokio smol)
    .counting_calls(),
    row!("sleep-timeout", 1_000_000, "receive a message under a `timeout`", sleep::receive_under_timeout: tokio smol)
    .counting_calls(),
    row!("bytes-waiting", 1_000_000, "resident memory of a task that waits, of 1,000,000", memory::waiting: tokio smol)
    .in_unit(Unit::Bytes)
    .at_most(0.60),
    row!("bytes-sleeping", 1_000_000, "resident memory of a task that sleeps, of 1,000,000", memory::sleeping: tokio smol)
    .in_unit(Unit::Bytes)
    .at_most(0.60),
];

/// A row for each number of what is there besides, up to a million.
macro_rules! to_a_million {
    ($name:literal, $before:literal, $after:literal, $row:ident) => {
        growing!($name, $before, $after, Unit::CpuNanos, on!(growth::$row: tokio);
            100 "100", 1_000_000 "1,000,000")
    };
}

pub(super) const AMONG_TASKS: &[Row] =
    to_a_million!("growth-yield:", "a yield among ", " tasks", yields);
pub(super) const IN_THE_WHEEL: &[Row] = to_a_million!(
    "growth-sleep:",
    "a `sleep` registered and dropped beside ",
    " in the wheel",
    sleeps
);
pub(super) const OF_PRODUCERS: &[Row] =
    to_a_million!("growth-mpsc:", "a message through `mpsc(32)` of ", " producers", producers);

pub(super) const THREADS: &[Row] = &[Row::new(
    "switch",
    200_000,
    "a message there and back, between two tasks or two threads",
    &[
        ("kettle", kettle::channel::ping_pong as Run),
        #[cfg(feature = "peers")]
        ("tokio", tokio::channel::ping_pong as Run),
        #[cfg(feature = "peers")]
        ("smol", smol::channel::ping_pong as Run),
        ("threads", os_threads::ping_pong as Run),
    ],
)];
