//! A library keeps a runtime on a thread of its own, for callers without async: they spawn a question there, and wait for its answer at a
//! channel of std.
//!
//! Wrong: the thread that drives the runtime also reads the configuration, in its `block_on`, and panics at a line that is no number. From
//! then on nothing drives the runtime, and the questions are spawned in vain.
//!
//! Expected: `idle_runtime`, a hint, at the `spawn` in `ask`, or `deadlock`; beside it the panic's own message. The cure: keep a thread in
//! `block_on` (and let its future have nothing that can panic).
//!
//! doctor: `idle_runtime` | `deadlock`
//! ends: killed

use std::future;
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use kettle::runtime::Runtime;
use kettle::time::sleep;

async fn configure(text: &'static str) -> u64 {
    sleep(Duration::from_millis(30)).await;
    text.lines().map(|line| line.parse::<u64>().expect("a number in each line")).sum()
}

fn ask(runtime: &Runtime, question: u64) -> u64 {
    let (answer, answered) = mpsc::channel();
    runtime.spawn(async move {
        sleep(Duration::from_millis(question)).await;
        answer.send(question * 2).unwrap();
    });
    answered.recv().unwrap()
}

fn main() {
    let runtime = Arc::new(Runtime::new().unwrap());
    let driven = Arc::clone(&runtime);
    thread::spawn(move || {
        driven.block_on(async {
            configure("10\n2O\n30").await;
            future::pending::<()>().await;
        });
    });
    println!("{}", ask(&runtime, 5));
    thread::sleep(Duration::from_millis(100));
    println!("{}", ask(&runtime, 6));
}
