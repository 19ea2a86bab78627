//! Tests that a search can't shrink, or finds for another reason. Ignored: they are for a search.

use std::sync::atomic::{AtomicU32, Ordering};

use kettle::sync::mpsc;

/// Two tasks in an order that matters only sometimes: as if a `HashMap` had a say. (It asks what
/// its process is to do, and counts the runs there: so a test of the search is not left to chance.)
#[kettle::test]
#[ignore = "run by the searches"]
async fn is_moody() {
    static RUNS: AtomicU32 = AtomicU32::new(0);
    let odd = RUNS.fetch_add(1, Ordering::Relaxed) % 2 == 1;
    let (to, mut from) = mpsc::unbounded_channel();
    for number in 0..2 {
        let to = to.clone();
        kettle::spawn(async move { to.send(number) });
    }
    if odd {
        kettle::task::yield_now().await;
    }
    let first = from.recv().await;
    let job = std::env::var("KETTLE_SCHEDULES_JOB").unwrap_or_default();
    let job = std::fs::read_to_string(job).unwrap_or_default();
    let has_seed = job.lines().nth(2).is_some_and(|word| word.starts_with("seed"));
    assert!(first == Some(0) || !has_seed, "{first:?} came first");
}

#[kettle::test]
#[ignore = "run by the searches"]
async fn never_passes() {
    panic!("as it must");
}

/// Both branches are ready. (In a search the first one is taken, unless a seed chooses.)
#[kettle::test]
#[ignore = "run by the searches"]
async fn is_a_coin() {
    let heads = kettle::select! {
        () = std::future::ready(()) => false,
        () = std::future::ready(()) => true,
    };
    assert!(heads, "tails");
}

/// The variable with the address at which that test waits for the process.
pub(crate) const TELL: &str = "KETTLE_TEST_TELL";

#[kettle::test]
#[ignore = "run by the searches"]
async fn never_ends() {
    let Ok(address) = std::env::var(TELL) else { return };
    let _there = std::net::TcpStream::connect(address).unwrap();
    loop {
        std::thread::yield_now();
    }
}

#[kettle::test]
#[ignore = "run by the searches"]
async fn returns_an_error() -> Result<(), String> {
    let (to, mut from) = mpsc::unbounded_channel();
    for number in 0..2 {
        let to = to.clone();
        kettle::spawn(async move { to.send(number) });
    }
    let first = from.recv().await;
    if first == Some(0) { Ok(()) } else { Err("it came first".to_owned()) }
}

/// The process ends in the run, as if it had done all that it was asked to do.
#[kettle::test]
#[ignore = "run by the searches"]
async fn exits() {
    kettle::select! {
        () = std::future::ready(()) => {}
        () = std::future::ready(()) => std::process::exit(0),
    }
}

#[kettle::test]
#[ignore = "run by the searches"]
async fn passes() {
    kettle::task::yield_now().await;
}
