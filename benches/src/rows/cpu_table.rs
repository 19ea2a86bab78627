//! The rows in which the runtime is the cost: tasks, channels, locks, timers, memory.

use super::on::{growing, lasting, on, row};
#[cfg(feature = "peers")]
use super::tokio;
use super::{kettle, os_threads};
use crate::row::{Row, Run, Unit};

pub(super) const TABLE: &[Row] = &[
    row!("spawn-one", 300_000, "`block_on`'s future spawns and joins one at a time", spawn::one: tokio),
    row!("spawn-batch", 1_000_000, "one of 100 tasks that are spawned, then joined", spawn::batch: tokio),
    row!("yield", 10_000_000, "a yield of one of 1,000 ready tasks", yields::many: tokio),
    row!("join-all", 5_000_000, "a yield of one of 1,000 futures in one task, under `join_all`", yields::join_all: tokio),
    row!("mpsc", 5_000_000, "a message through `mpsc(32)`, 1 producer", channel::one_producer: tokio),
    row!("flood", 2_000_000, "a thread floods a task through `mpsc(1024)`, on all cores", threads::flood: tokio)
    .on_all_cores(),
    row!("cross-wake", 1_000, "latency of a wake from another thread, on all cores", threads::wake: tokio)
    .in_unit(Unit::WallNanos)
    .on_all_cores(),
    row!("lock", 10_000_000, "an uncontended `Mutex` locked and unlocked", lock::free: tokio),
    row!("select", 4_000_000, "a message through a loop of `select!` over two receivers", select::two_receivers: tokio),
    row!("sleep", 5_000_000, "a `sleep` made and dropped, never polled", sleep::create: tokio),
    row!("sleep-timeout", 1_000_000, "receive a message under a `timeout`", sleep::receive_under_timeout: tokio),
    row!("start", 10_000, "a runtime made, a ready future run on it, the runtime dropped", start::start: tokio),
    row!("bytes-waiting", 1_000_000, "resident memory of a task that waits, of 1,000,000", memory::waiting: tokio)
    .in_unit(Unit::Bytes)
    .at_most(0.60),
    row!("bytes-sleeping", 1_000_000, "resident memory of a task that sleeps, of 1,000,000", memory::sleeping: tokio)
    .in_unit(Unit::Bytes)
    .at_most(0.60),
];

pub(super) const AMONG_TASKS: &[Row] = growing!(
    "growth-yield:", "a yield among ", " tasks", Unit::CpuNanos, on!(growth::yields: tokio);
    100 "100", 1_000_000 "1,000,000"
);
pub(super) const IN_THE_WHEEL: &[Row] = growing!(
    "growth-sleep:", "a `sleep` registered and dropped beside ", " in the wheel",
    Unit::CpuNanos, on!(growth::sleeps: tokio);
    100 "100", 1_000_000 "1,000,000"
);

/// For a debug build, with its doctor and without: runs as long as a test, and longer.
pub(super) const DEBUG: [&[Row]; 6] = [
    lasting!("debug-message", "a message", on!(debug::message: tokio);
        2_000 "5ms", 20_000 "50ms", 1_200_000 "3s"),
    lasting!("debug-select", "a round of `select!`", on!(debug::select: tokio);
        1_500 "5ms", 15_000 "50ms", 900_000 "3s"),
    lasting!("debug-spawn", "spawn and join", on!(debug::spawn: tokio);
        600 "5ms", 6_000 "50ms", 360_000 "3s"),
    lasting!("debug-yield", "a yield", on!(debug::lone: tokio);
        1_000 "5ms", 10_000 "50ms", 600_000 "3s"),
    lasting!("debug-lock", "a lock of ten tasks", on!(debug::in_line: tokio);
        300 "5ms", 3_000 "50ms", 200_000 "3s"),
    lasting!("debug-echo", "an echo over TCP", on!(debug::echo: tokio);
        70 "5ms", 700 "50ms", 42_000 "3s"),
];

pub(super) const THREADS: &[Row] = &[Row::new(
    "switch",
    200_000,
    "a message there and back, between two tasks or two threads",
    &[
        ("kettle", kettle::channel::ping_pong as Run),
        #[cfg(feature = "peers")]
        ("tokio", tokio::channel::ping_pong as Run),
        ("threads", os_threads::ping_pong as Run),
    ],
)];
