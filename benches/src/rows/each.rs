//! Which rows does the bench have on each runtime?
//!
//! First rows in which the runtime is the cost, then rows in which the kernel is: sockets on this
//! machine. The last rows are for a debug build, with its doctor and without; they run as long as a
//! test, and longer.

use super::rt;
use crate::row::{BYTES, DEBUG, Row, Run, WALL};

mod channel;
mod debug;
mod echo;
mod growth;
mod http;
mod lock;
mod memory;
mod select;
mod sleep;
mod spawn;
mod start;
mod talk;
mod threads;
mod waiting;
mod yields;

/// All rows, in the order of the page.
pub(in crate::rows) fn rows() -> Vec<Row> {
    let row = Row::new;
    let mut all = vec![
        row("spawn-one", 300_000, spawn::one)
            .about("`block_on`'s future spawns and joins one at a time"),
        row("spawn-batch", 1_000_000, spawn::batch)
            .about("one of 100 tasks that are spawned, then joined"),
        row("yield", 10_000_000, yields::many).about("a yield of one of 1,000 ready tasks"),
        row("join-all", 5_000_000, yields::join_all)
            .about("a yield of one of 1,000 futures in one task, under `join_all`"),
        row("mpsc", 5_000_000, channel::one_producer)
            .about("a message through `mpsc(32)`, 1 producer"),
        row("flood", 2_000_000, threads::flood)
            .about("a thread floods a task through `mpsc(1024)`, on all cores")
            .on_all_cores(),
        row("cross-wake", 1_000, threads::wake)
            .about("latency of a wake from another thread, on all cores")
            .in_unit(WALL)
            .on_all_cores(),
        row("lock", 10_000_000, lock::free).about("an uncontended `Mutex` locked and unlocked"),
        row("select", 4_000_000, select::two_receivers)
            .about("a message through a loop of `select!` over two receivers"),
        row("sleep", 5_000_000, sleep::create).about("a `sleep` made and dropped, never polled"),
        row("sleep-timeout", 1_000_000, sleep::receive_under_timeout)
            .about("receive a message under a `timeout`"),
        row("start", 10_000, start::start)
            .about("a runtime made, a ready future run on it, the runtime dropped"),
        row("bytes-waiting", 1_000_000, memory::waiting)
            .about("resident memory of a task that waits, of 1,000,000")
            .in_unit(BYTES)
            .at_most(0.60),
        row("bytes-sleeping", 1_000_000, memory::sleeping)
            .about("resident memory of a task that sleeps, of 1,000,000")
            .in_unit(BYTES)
            .at_most(0.60),
    ];
    let few_and_many = [(100, "100"), (1_000_000, "1,000,000")];
    all.extend(growing("growth-yield:", "a yield among {} tasks", few_and_many, growth::yields));
    let about = "a `sleep` registered and dropped beside {} in the wheel";
    all.extend(growing("growth-sleep:", about, few_and_many, growth::sleeps));
    all.extend([
        row("switch", 200_000, channel::ping_pong)
            .about("a message there and back, between two tasks or two threads"),
        row("echo-64", 64_000, echo::some)
            .about("64 bytes to the server and back, over 64 connections"),
        row("http", 16_000, http::some)
            .about("a visitor of 32 accepted, read, answered, and the socket closed"),
    ]);
    let about = "64 bytes to the server and back, over {} connections";
    let connections = [(100, "100"), (10_000, "10,000")];
    all.extend(growing("growth-echo:", about, connections, growth::connections));
    let about = "resident memory of a silent visitor, of {}, with a task or a thread each";
    let visitors = [(1_000, "1,000"), (10_000, "10,000")];
    let silent = growing("waiting-", about, visitors, waiting::waiting);
    all.extend(silent.map(|row| row.in_unit(BYTES)));
    all.extend(of_debug());
    all
}

/// A row for each size, with which its name ends, and which its description has for `{}`.
fn growing(
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

/// A row for each length of a run, with which its name ends.
fn of_debug() -> impl Iterator<Item = Row> {
    let operations: [(&str, &str, [u64; 3], Run); 6] = [
        ("message", "a message", [2_000, 20_000, 1_200_000], debug::message),
        ("select", "a round of `select!`", [1_500, 15_000, 900_000], debug::select),
        ("spawn", "spawn and join", [600, 6_000, 360_000], debug::spawn),
        ("yield", "a yield", [1_000, 10_000, 600_000], debug::lone),
        ("lock", "a lock of ten tasks", [300, 3_000, 200_000], debug::in_line),
        ("echo", "an echo over TCP", [70, 700, 42_000], debug::echo),
    ];
    operations.into_iter().flat_map(|(name, about, sizes, run)| {
        let lengths = sizes.into_iter().zip(["5ms", "50ms", "3s"]);
        lengths.map(move |(size, length)| {
            Row::new(&format!("{DEBUG}{name}:{length}"), size, run).about(about)
        })
    })
}
