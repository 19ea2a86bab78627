//! A log for the whole program: a `static` with the sender, so that every function can write a line. A task writes them.
//!
//! Wrong: at the end `main` awaits that task, which ends when all senders are dropped. A `static` is never dropped.
//!
//! Expected: `deadlock` of `main` and the writer. The cure: a word to stop (a message of its own, a `Notify`), or a
//! sender in the `static` that can be taken out (`Mutex<Option<Sender>>`).
//!
//! doctor: `deadlock`
//! ends: killed

use std::sync::OnceLock;
use std::time::Duration;

use kettle::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use kettle::task::JoinHandle;
use kettle::time::sleep;

static LOG: OnceLock<UnboundedSender<String>> = OnceLock::new();

fn log(line: impl Into<String>) {
    if let Some(log) = LOG.get() {
        let _ = log.send(line.into());
    }
}

async fn write(mut lines: UnboundedReceiver<String>) -> usize {
    let mut written = 0;
    while let Some(line) = lines.recv().await {
        println!("{line}");
        written += 1;
    }
    written
}

fn start_log() -> JoinHandle<usize> {
    let (send, lines) = mpsc::unbounded_channel();
    LOG.set(send).expect("the log is started once");
    kettle::spawn(write(lines))
}

async fn brew(tea: &str) {
    log(format!("{tea} is put on"));
    sleep(Duration::from_millis(30)).await;
    log(format!("{tea} is ready"));
}

#[kettle::main]
async fn main() {
    let writer = start_log();
    kettle::join!(brew("Assam"), brew("Ceylon"));
    log("the kitchen closes");
    println!("{} lines", writer.await.unwrap());
}
