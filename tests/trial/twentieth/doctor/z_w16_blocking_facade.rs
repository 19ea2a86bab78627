//! A library with a blocking face: a runtime in a static, on which it spawns, and std's channel for the answers.
//!
//! Wrong: the runtime is one for the current thread, and after the first `block_on` no thread drives it: the second
//! question is never worked on.
//!
//! Expected: `idle_runtime`, a hint (with `watch`), while the program waits three seconds: a new task (spawned in `ask`) and no
//! thread in `block_on`; at the end maybe `unpolled`, too (the static is never dropped: no). With `panic` nothing. Cure: drive the runtime (`block_on` the
//! task's handle, or a thread that drives it, or `rt-multi-thread`).

use std::sync::{OnceLock, mpsc};
use std::time::Duration;

use kettle::runtime::{Builder, Runtime};
use kettle::time::sleep;

static RUNTIME: OnceLock<Runtime> = OnceLock::new();

fn runtime() -> &'static Runtime {
    RUNTIME.get_or_init(|| {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(log_in());
        runtime
    })
}

async fn log_in() {
    sleep(Duration::from_millis(50)).await;
    println!("logged in");
}

async fn search(word: &'static str) -> usize {
    sleep(Duration::from_millis(50)).await;
    word.len()
}

fn ask(word: &'static str) -> Option<usize> {
    let (answer, answers) = mpsc::channel();
    runtime().spawn(async move {
        let _ = answer.send(search(word).await);
    });
    answers.recv_timeout(Duration::from_secs(3)).ok()
}

fn main() {
    match ask("kettle") {
        Some(hits) => println!("{hits} hits"),
        None => println!("no answer"),
    }
}
