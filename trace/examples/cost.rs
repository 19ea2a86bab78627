//! What does it cost to record an event?
//!
//! Runs the same program without a trace, with a sink that only counts, and with each kind of file,
//! and prints what one event costs more than in the first case. At most 200 ns are allowed for a
//! file, with everything (`cargo run --release -p kettle-trace --example cost`).

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use kettle::runtime::Builder;
use kettle::trace::{File, Record, Sink};

/// How often each case is run; the fastest counts, because the machine has other things to do.
const RUNS: usize = 15;
const VALUES: u32 = 20_000;

struct Counting(Arc<AtomicU64>);

impl Sink for Counting {
    fn record(&mut self, records: &[Record]) {
        self.0.fetch_add(records.len() as u64, Ordering::Relaxed);
    }
}

/// A channel that is always full or empty, timers that are always cancelled, a lock: a poll each
/// few events, as in a busy server.
async fn program() {
    let (tx, mut rx) = kettle::sync::mpsc::channel(2);
    let total = Arc::new(kettle::sync::Mutex::new(0));
    let sender = kettle::spawn(async move {
        for value in 0..VALUES {
            tx.send(value).await.expect("a receiver");
        }
    });
    let limit = Duration::from_mins(1);
    while let Ok(Some(value)) = kettle::time::timeout(limit, rx.recv()).await {
        *total.lock().await += value;
    }
    sender.await.expect("no panic");
}

fn run(mut builder: Builder) -> Duration {
    let runtime = builder.enable_all().build().expect("a runtime");
    let start = spent();
    runtime.block_on(program());
    spent().saturating_sub(start)
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

fn fastest(mut builder: impl FnMut() -> Builder) -> Duration {
    (0..RUNS).map(|_| run(builder())).min().expect("some runs")
}

fn main() {
    let plain = fastest(Builder::new_current_thread);
    let count = Arc::new(AtomicU64::new(0));
    let counting = fastest(|| {
        let mut builder = Builder::new_current_thread();
        count.store(0, Ordering::Relaxed);
        builder.trace(Counting(count.clone()));
        builder
    });
    let events = count.load(Ordering::Relaxed);
    println!("{events} events; without a trace {plain:?}");
    let told = |what: &str, took: Duration| {
        let each = took.saturating_sub(plain).as_nanos() / u128::from(events.max(1));
        println!("{what:<14} {each:>4} ns an event");
    };
    told("a sink", counting);
    for ending in ["jsonl", "html"] {
        let path = path(ending);
        told(&format!(".{ending}"), traced(&path));
        let bytes = std::fs::metadata(&path).map_or(0, |file| file.len());
        println!("{bytes:>14} bytes");
        let _ = std::fs::remove_file(path);
    }
    #[cfg(unix)]
    {
        // What remains is ours, and not the system's.
        let nowhere = path("nowhere.jsonl");
        std::os::unix::fs::symlink("/dev/null", &nowhere).expect("a link");
        told("to nowhere", traced(&nowhere));
        let _ = std::fs::remove_file(nowhere);
    }
}

fn traced(path: &Path) -> Duration {
    fastest(|| {
        let mut builder = Builder::new_current_thread();
        builder.trace(File::create(path).expect("a file"));
        builder
    })
}

fn path(ending: &str) -> PathBuf {
    std::env::temp_dir().join(format!("kettle-cost-{}.{ending}", std::process::id()))
}
