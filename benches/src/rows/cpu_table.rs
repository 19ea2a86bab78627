//! The rows in which the runtime is the cost: tasks, channels, locks, timers, memory.

use super::on::{growing, on, row};
use super::{kettle, os_threads};
#[cfg(feature = "peers")]
use super::{monoio, smol, tokio};
use crate::row::{Most, Row, Run, Unit};

pub(super) const TABLE: &[Row] = &[
    row!("spawn-all", 1_000_000, "a trivial task: 1,000,000 spawned, then all joined", spawn::all: tokio smol monoio),
    row!("spawn-batch", 3_000_000, "a trivial task, spawned and joined in batches of 100", spawn::batch: tokio smol monoio),
    row!("spawn-batch-4k", 500_000, "the same with futures of 4 KiB", spawn::big: tokio smol monoio),
    row!("spawn-one", 300_000, "`block_on`'s future spawns and joins one at a time", spawn::one: tokio smol monoio)
    .counting_calls()
    .limited("system calls", Most::Number(0.0)),
    row!("yield", 10_000_000, "a yield of one of 1,000 ready tasks", yields::many: tokio smol monoio),
    row!("yield-cold", 5_000_000, "a yield of one of 1,000,000 ready tasks", yields::cold: tokio smol monoio),
    #[cfg(feature = "peers")]
    row!("yield-join-all", 5_000_000, "a yield of one of 1,000 futures in one task, under `futures::join_all`", yields::join_all: tokio smol monoio),
    row!("ping-pong", 1_000_000, "a message there and back between two tasks, over two `mpsc(1)`", channel::ping_pong: tokio smol monoio),
    #[cfg(feature = "peers")]
    row!("ping-pong-foreign", 1_000_000, "the same over tokio's channels", foreign::ping_pong: tokio smol monoio),
    row!("mpsc", 5_000_000, "a message through `mpsc(32)`, 1 producer", channel::one_producer: tokio smol monoio),
    row!("mpsc-10", 5_000_000, "a message through `mpsc(32)`, 10 producers", channel::ten_producers: tokio smol monoio),
    row!("mpsc-unbounded", 5_000_000, "a message through an unbounded channel", channel::unbounded: tokio smol monoio),
    row!("oneshot", 1_000_000, "a question through `mpsc(32)`, its answer through a `oneshot`", channel::answers: tokio smol monoio),
    row!("flood", 1_000_000, "2 threads flood a task through `mpsc(1024)`, on all cores", threads::flood: tokio smol)
    .on_all_cores(),
    row!("flood-one-core", 1_000_000, "the same on one core", threads::flood: tokio smol),
    row!("cross-wake", 1_000, "latency of one wake from another thread, on all cores; the median of a sample", threads::wake: tokio smol)
    .in_unit(Unit::WallNanos)
    .on_all_cores(),
    row!("lock", 10_000_000, "an uncontended `Mutex` locked and unlocked", lock::free: tokio smol monoio),
    row!("lock-10", 1_000_000, "ten tasks lock a `Mutex` and yield while they hold it", lock::ten: tokio smol monoio),
    row!("select", 4_000_000, "a message through a loop of `select!` over two receivers", select::two_receivers: tokio smol monoio),
    row!("sleep-create", 5_000_000, "make a `sleep` and drop it, never polled", sleep::create: tokio smol monoio),
    row!("sleep-register", 1_000_000, "make a `sleep`, poll it once, drop it", sleep::register: tokio smol monoio),
    row!("sleep-timeout", 1_000_000, "receive a message under a `timeout`", sleep::receive_under_timeout: tokio smol monoio),
    row!("sleep-fire", 1_000_000, "1,000,000 tasks spawned, asleep until instants within 2 s, joined", sleep::fire: tokio smol monoio),
    row!("bytes-waiting", 1_000_000, "resident memory of a task that waits, of 1,000,000", memory::waiting: tokio smol monoio)
    .in_unit(Unit::Bytes)
    .at_most(0.60),
    row!("bytes-sleeping", 1_000_000, "resident memory of a task that sleeps, of 1,000,000", memory::sleeping: tokio smol monoio)
    .in_unit(Unit::Bytes)
    .at_most(0.60),
    row!("bytes-kept", 100_000, "memory still allocated for each task of a burst of 100,000 that is over", memory::kept: tokio smol monoio)
    .in_unit(Unit::Bytes)
    .counting_bytes()
    .limited("changed by a second burst B", Most::Number(0.0)),
    row!("start", 5_000, "a runtime made, a ready future run on it, the runtime dropped", start::start: tokio smol monoio),
    Row::new(
        "latency-timer",
        100_000,
        "polls of 100,000 ready tasks between a timer's instant and its task's turn (kettle: \
         nearly all of them before the tick, and then 122 at most)",
        // Not monoio's: its timers stand still while tasks are ready.
        on!(latency::timer: tokio smol),
    )
    .in_unit(Unit::Polls),
];

/// A row for each number of what is there besides, up to a million.
macro_rules! to_a_million {
    ($name:literal, $before:literal, $after:literal, $row:ident) => {
        growing!($name, $before, $after, Unit::CpuNanos, on!(growth::$row: tokio);
            100 "100", 1_000 "1,000", 10_000 "10,000", 100_000 "100,000", 1_000_000 "1,000,000")
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
        ("kettle", kettle::switch::ping_pong as Run),
        #[cfg(feature = "peers")]
        ("tokio", tokio::switch::ping_pong as Run),
        #[cfg(feature = "peers")]
        ("smol", smol::switch::ping_pong as Run),
        #[cfg(feature = "peers")]
        ("monoio", monoio::switch::ping_pong as Run),
        ("threads", os_threads::ping_pong as Run),
    ],
)];
