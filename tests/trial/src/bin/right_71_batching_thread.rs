//! A thread collects lines of a log and hands them on when none has come for two and a half seconds. `main` waits for
//! them.
//!
//! Right: the thread waits at a channel of std with a time limit (`recv_timeout`), another one with `park_timeout`, so
//! something will happen though everything waits.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use kettle::sync::mpsc as channel;

struct Batch {
    lines: Vec<String>,
}

fn collect(lines: &mpsc::Receiver<String>, batches: &channel::Sender<Batch>) {
    let mut batch = Batch { lines: Vec::new() };
    while let Ok(line) = lines.recv_timeout(Duration::from_millis(2500)) {
        batch.lines.push(line);
    }
    let _ = batches.blocking_send(batch);
}

fn heartbeat(batches: &channel::Sender<Batch>) {
    thread::park_timeout(Duration::from_millis(1800));
    let _ = batches.blocking_send(Batch { lines: vec!["alive".to_string()] });
}

#[kettle::main]
async fn main() {
    let (log, lines) = mpsc::channel();
    let (batches, mut written) = channel::channel(4);
    let threads = [
        thread::spawn({
            let batches = batches.clone();
            move || collect(&lines, &batches)
        }),
        thread::spawn(move || heartbeat(&batches)),
    ];
    for guest in ["Ada", "Bert", "Cleo"] {
        log.send(format!("{guest} has paid")).expect("the collector");
    }
    while let Some(batch) = written.recv().await {
        println!("{} lines, the last: {:?}", batch.lines.len(), batch.lines.last());
    }
    for thread in threads {
        thread.join().expect("a thread");
    }
    drop(log); // was open all the time
}
