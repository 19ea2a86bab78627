//! What does it cost to record an event?
//!
//! Runs the same program without a trace, with a sink that only counts, with the doctor, and with
//! each kind of file, and prints what one event costs more than in the first case (in a debug build
//! with `KETTLE_DOCTOR=off`, since there the doctor is in): the runtime's thread, and the whole
//! process. At most 150 ns are allowed on the runtime's thread, in a release build:
//! `cargo run --release -p kettle-trace --example cost`.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use kettle::runtime::Builder;
use kettle::trace::doctor::Mode;
use kettle::trace::{Doctor, File, Record, Sink};

/// How often each case is run; the fastest counts, because the machine has other things to do.
const RUNS: u32 = 15;
const VALUES: u32 = 20_000;

struct Counting(Arc<AtomicU64>);

impl Sink for Counting {
    fn record(&mut self, records: &[Record]) {
        self.0.fetch_add(records.len() as u64, Ordering::Relaxed);
    }
}

/// A channel that is always full or empty, timers that are always cancelled, a lock: a poll each
/// few events, as in a busy server.
async fn program(values: u32) {
    let (tx, mut rx) = kettle::sync::mpsc::channel(2);
    let total = Arc::new(kettle::sync::Mutex::new(0_u64));
    let sender = kettle::spawn(async move {
        for value in 0..values {
            tx.send(value).await.expect("a receiver");
        }
    });
    let limit = Duration::from_mins(1);
    while let Ok(Some(value)) = kettle::time::timeout(limit, rx.recv()).await {
        *total.lock().await += u64::from(value);
    }
    sender.await.expect("no panic");
}

/// Of the runtime's thread, and of the process.
#[derive(Clone, Copy)]
struct Spent {
    thread: Duration,
    process: Duration,
}

fn run(with: impl FnOnce(&mut Builder)) -> Spent {
    let mut builder = Builder::new_current_thread();
    with(&mut builder);
    let runtime = builder.enable_all().build().expect("a runtime");
    let (start, all) = (spent(), spent_by_all());
    runtime.block_on(program(VALUES));
    let thread = spent().saturating_sub(start);
    drop(runtime);
    Spent { thread, process: spent_by_all().saturating_sub(all) }
}

/// What the process has had, by the system's ticks of 10 ms: it remembers threads that have ended.
fn spent_by_all() -> Duration {
    let told = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let numbers = told.rsplit_once(')').map_or("", |(_, numbers)| numbers);
    let ticks = numbers.split_ascii_whitespace().skip(11).take(2);
    let ticks: u64 = ticks.filter_map(|ticks| ticks.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 10)
}

/// What this thread has had of a processor. (Where the system doesn't tell: of the clock.)
fn spent() -> Duration {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    // The system counts when it switches.
    std::thread::yield_now();
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = told.and_then(|told| told.split(' ').next()?.parse().ok());
    nanos.map_or_else(|| START.elapsed(), Duration::from_nanos)
}

/// The least of the thread's; of the process's ticks, the mean.
fn fastest(with: impl Fn(&mut Builder)) -> Spent {
    let runs: Vec<Spent> = (0..RUNS).map(|_| run(&with)).collect();
    Spent {
        thread: runs.iter().map(|spent| spent.thread).min().expect("some runs"),
        process: runs.iter().map(|spent| spent.process).sum::<Duration>() / RUNS,
    }
}

fn main() {
    let plain = fastest(|_| {});
    let count = Arc::new(AtomicU64::new(0));
    let counting = fastest(|builder| {
        count.store(0, Ordering::Relaxed);
        builder.trace(Counting(count.clone()));
    });
    let events = count.load(Ordering::Relaxed);
    println!("{events} events; without a trace {:?}", plain.thread);
    let each = |took: Duration, plain: Duration| {
        took.saturating_sub(plain).as_nanos() / u128::from(events.max(1))
    };
    let told = |what: &str, took: Spent| {
        let (thread, all) = (each(took.thread, plain.thread), each(took.process, plain.process));
        println!("{what:<14} {thread:>4} ns an event on the runtime's thread, {all:>4} ns in all");
    };
    told("a sink", counting);
    for (what, mode) in [("warn", Mode::Warn), ("watch", Mode::Watch)] {
        told(what, fastest(|builder| _ = builder.trace(Doctor::new(mode, None))));
    }
    for ending in ["jsonl", "html"] {
        let name = format!("kettle-cost-{}.{ending}", std::process::id());
        let path = std::env::temp_dir().join(name);
        let file = || File::create(&path).expect("a file").limit(1 << 30);
        told(&format!(".{ending}"), fastest(|builder| _ = builder.trace(file())));
        let bytes = std::fs::metadata(&path).map_or(0, |file| file.len());
        println!("{bytes:>14} bytes");
        let _ = std::fs::remove_file(path);
    }
}
