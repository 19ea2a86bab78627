//! Programs as they are written for tokio: do they run, and is it said that they run on one thread?

use std::process::{Command, Output};
use std::time::Duration;

use tokio::runtime::{Builder, Handle, RuntimeFlavor};
use tokio::task::{self, JoinSet};
use tokio::time::{Instant, sleep};

/// What the program says when it asks for several threads.
const SAID: &str = "kettle: this program asks for several threads";

#[tokio::main]
async fn bare() -> Result<u32, std::num::ParseIntError> {
    let answer = tokio::spawn(async { "42".parse() }).await.unwrap();
    assert_eq!(Handle::current().runtime_flavor(), RuntimeFlavor::CurrentThread);
    answer
}

#[tokio::main(flavor = "multi_thread", worker_threads = 8)]
async fn with_workers(cups: u32) -> u32 {
    let mut set = JoinSet::new();
    for cup in 0..cups {
        set.spawn(async move { cup });
    }
    set.join_all().await.into_iter().sum()
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn with_one_thread() -> Duration {
    let start = Instant::now();
    sleep(Duration::from_hours(1)).await;
    start.elapsed()
}

mod renamed {
    pub(crate) use tokio as other;

    #[other::main(crate = "other")]
    pub(crate) async fn main() -> u32 {
        6 * 7
    }
}

#[test]
fn main_runs_whatever_it_asks_for() {
    assert_eq!(bare(), Ok(42));
    assert_eq!(with_workers(10), 45);
    assert_eq!(with_one_thread(), Duration::from_hours(1));
    assert_eq!(renamed::main(), 42);
}

#[tokio::test]
async fn a_test() {
    let (one, two) = tokio::join!(async { 1 }, async { 2 });
    tokio::select! {
        () = sleep(Duration::from_millis(1)) => assert_eq!(one + two, 3),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_test_with_workers() {
    let cup = tokio::spawn(async { task::block_in_place(|| std::thread::current().id()) });
    assert_eq!(cup.await.unwrap(), std::thread::current().id());
}

#[test]
fn a_builder_takes_every_setting() {
    let mut builder = Builder::new_multi_thread();
    builder
        .enable_all()
        .enable_io()
        .enable_time()
        .event_interval(31)
        .global_queue_interval(31)
        .max_blocking_threads(2)
        .max_io_events_per_tick(64)
        .name("kitchen")
        .on_thread_park(|| {})
        .on_thread_start(|| {})
        .on_thread_stop(|| {})
        .on_thread_unpark(|| {})
        .start_paused(false)
        .thread_keep_alive(Duration::from_secs(1))
        .thread_name("cook")
        .thread_name_fn(|| "cook".to_owned())
        .thread_stack_size(1 << 20)
        .worker_threads(8);
    let runtime = builder.build().unwrap();
    assert_eq!(runtime.handle().name(), Some("kitchen"));
    let name = runtime.spawn_blocking(|| std::thread::current().name().map(str::to_owned));
    assert_eq!(runtime.block_on(name).unwrap().as_deref(), Some("cook"));
}

#[test]
fn blocking_in_place_blocks_and_leaves_a_note() {
    let (sum, records) = tokio::trace::record(|| {
        let runtime = Builder::new_multi_thread().build().unwrap();
        runtime.block_on(async {
            tokio::spawn(async { task::block_in_place(|| (1..=10).sum::<u32>()) }).await.unwrap()
        })
    });
    assert_eq!(sum, 55);
    let is_note = |text: &str| text.starts_with("block_in_place: ");
    let notes = records.iter().filter(
        |record| matches!(record.event, tokio::trace::Event::Note { text } if is_note(text)),
    );
    assert_eq!(notes.count(), 1);
}

/// One test of this program in a process of its own.
fn alone(test: &str) -> Output {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--nocapture"]).output().unwrap()
}

#[test]
fn it_is_said_once_that_there_is_one_thread() {
    let said = |test: &str| {
        let output = alone(test);
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stderr).unwrap().matches(SAID).count()
    };
    assert_eq!(said("main_runs_whatever_it_asks_for"), 1);
    assert_eq!(said("a_test_with_workers"), 1);
    assert_eq!(said("a_builder_takes_every_setting"), 1);
    assert_eq!(said("a_test"), 0);
}

/// `rustc` alone: nothing below the package need be built for the message.
#[test]
fn a_build_with_tokio_unstable_says_what_is_wrong() {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let mut command = Command::new(rustc);
    command.args(["--edition", "2024", "--crate-type", "lib", "--emit", "metadata", "-o"]);
    command.arg(std::env::temp_dir().join("kettle-tokio-unstable.rmeta"));
    command.args([
        "--cfg",
        "tokio_unstable",
        concat!(env!("CARGO_MANIFEST_DIR"), "/../../../cargo-kettle/tokio/src/lib.rs"),
    ]);
    let output = command.output().unwrap();
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success());
    assert!(words.contains("this tokio is kettle") && words.contains("tokio_unstable"), "{words}");
}
