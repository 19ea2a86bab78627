//! Which rows does every runtime run?
//!
//! [`rows`] lists them, family by family: `spawn::one` is in `table/spawn.rs`. All these files are
//! compiled once for each runtime, whose functions they use as `rt::spawn` and so on (`rows.rs`).
//!
//! First come rows in which the runtime is the cost, then rows whose cost is mostly the kernel's,
//! such as sockets. The last rows are measured in a debug build, with its doctor and without it.
//! They run for 5 ms, for 50 ms (a typical test) and for 3 s.

// The files of the families say `use super::rt`.
use super::rt;
use crate::row::{BYTES, DEBUG, Row, Run, WALL};

mod channel;
mod debug;
mod echo;
mod growth;
mod http;
mod lock;
mod memory;
mod sleep;
mod spawn;
mod start;
mod talk;
mod threads;
mod waiting;
mod yields;

/// `docs/performance.md` promises that a waiting task takes at most this share of tokio's bytes.
const MAX_BYTES: f64 = 0.60;

/// All rows, in the order of `docs/performance.md`.
pub(crate) fn rows() -> Vec<Row> {
    let mut all = vec![
        Row::new("spawn-one", 300_000, spawn::one_at_a_time)
            .about("`block_on`'s future spawns and joins one at a time"),
        Row::new("spawn-batch", 1_000_000, spawn::in_batches)
            .about("one of 100 tasks that are spawned, then joined"),
        Row::new("yield", 10_000_000, yields::among_1000)
            .about("a yield of one of 1,000 ready tasks"),
        Row::new("join-all", 5_000_000, yields::join_all)
            .about("a yield of one of 1,000 futures in one task, under `join_all`"),
        Row::new("mpsc", 5_000_000, channel::one_producer)
            .about("a message through `mpsc(32)`, 1 producer"),
        Row::new("flood", 2_000_000, threads::flood)
            .about("a thread floods a task through `mpsc(1024)`, on all cores")
            .on_all_cores(),
        Row::new("cross-wake", 1_000, threads::wake)
            .about("latency of a wake from another thread, on all cores")
            .in_unit(WALL)
            .on_all_cores(),
        Row::new("lock", 10_000_000, lock::uncontended)
            .about("an uncontended `Mutex` locked and unlocked"),
        Row::new("select", 4_000_000, channel::two_receivers)
            .about("a message through a loop of `select!` over two receivers"),
        Row::new("sleep", 5_000_000, sleep::unpolled)
            .about("a `sleep` made and dropped, never polled"),
        Row::new("sleep-timeout", 1_000_000, sleep::receive_under_timeout)
            .about("receive a message under a `timeout`"),
        Row::new("start", 10_000, start::whole_runtime)
            .about("a runtime made, a ready future run on it, the runtime dropped"),
        Row::new("bytes-waiting", 1_000_000, memory::waiting)
            .about("resident memory of a task that waits, of 1,000,000")
            .in_unit(BYTES)
            .with_max_ratio(MAX_BYTES),
        Row::new("bytes-sleeping", 1_000_000, memory::sleeping)
            .about("resident memory of a task that sleeps, of 1,000,000")
            .in_unit(BYTES)
            .with_max_ratio(MAX_BYTES),
    ];
    let sizes = [(100, "100"), (1_000_000, "1,000,000")];
    all.extend(row_for_each_size("growth-yield:", "a yield among {} tasks", sizes, growth::yields));
    let about = "a `sleep` registered and dropped beside {} in the wheel";
    all.extend(row_for_each_size("growth-sleep:", about, sizes, growth::sleeps));
    all.extend([
        Row::new("switch", 200_000, channel::ping_pong)
            .about("a message there and back, between two tasks or two threads"),
        Row::new("echo-64", 64_000, echo::over_64_connections)
            .about("64 bytes to the server and back, over 64 connections"),
        Row::new("http", 16_000, http::from_32_clients)
            .about("a request of one of 32 clients: accept, read, answer, close"),
    ]);
    let about = "64 bytes to the server and back, over {} connections";
    let connections = [(100, "100"), (10_000, "10,000")];
    all.extend(row_for_each_size("growth-echo:", about, connections, growth::connections));
    let about = "resident memory of one of {} silent clients, each with a task or a thread";
    let clients = [(1_000, "1,000"), (10_000, "10,000")];
    let silent = row_for_each_size("waiting-", about, clients, waiting::waiting);
    all.extend(silent.map(|row| row.in_unit(BYTES)));
    all.extend(debug_rows());
    all
}

/// A row for each size. The size ends its name, and replaces `{}` in its description.
fn row_for_each_size(
    name: &str,
    about: &str,
    sizes: [(u64, &str); 2],
    run: Run,
) -> impl Iterator<Item = Row> {
    let row = |(size, shown): (u64, &str)| {
        Row::new(&format!("{name}{size}"), size, run).about(&about.replace("{}", shown))
    };
    sizes.map(row).into_iter()
}

/// Three rows for each operation, whose names end with the time that a sample takes.
fn debug_rows() -> impl Iterator<Item = Row> {
    let message = |messages| debug::measure_all(messages, channel::one_producer);
    let select = |rounds| debug::measure_all(rounds, channel::two_receivers);
    let spawn = |tasks| debug::measure_all(tasks, spawn::one_at_a_time);
    let operations: [(&str, &str, [u64; 3], Run); 6] = [
        ("message", "a message", [2_000, 20_000, 1_200_000], message),
        ("select", "a round of `select!`", [1_500, 15_000, 900_000], select),
        ("spawn", "spawn and join", [600, 6_000, 360_000], spawn),
        ("yield", "a yield", [1_000, 10_000, 600_000], debug::yield_alone),
        ("lock", "a `Mutex` of ten tasks", [300, 3_000, 200_000], debug::contended_lock),
        ("echo", "an echo over TCP", [70, 700, 42_000], debug::echo),
    ];
    operations.into_iter().flat_map(|(name, about, sizes, run)| {
        sizes.into_iter().zip(["5ms", "50ms", "3s"]).map(move |(size, time)| {
            Row::new(&format!("{DEBUG}{name}:{time}"), size, run).about(about)
        })
    })
}
