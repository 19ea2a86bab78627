//! A log that is written by a job of the pool. Any part of the program can log.
//! doctor: `deadlock`

use std::sync::OnceLock;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use kettle::task::spawn_blocking;
use kettle::time::sleep;

static LOG: OnceLock<Sender<String>> = OnceLock::new();

fn log(line: impl Into<String>) {
    if let Some(log) = LOG.get() {
        let _ = log.send(line.into());
    }
}

fn write_log(lines: Receiver<String>) {
    for (number, line) in lines.into_iter().enumerate() {
        println!("{number:>4} {line}");
    }
    println!("the log ends");
}

async fn water_plants() {
    for plant in ["fern", "basil", "ficus"] {
        sleep(Duration::from_millis(30)).await;
        log(format!("watered the {plant}"));
    }
}

#[kettle::main]
async fn main() {
    let (tx, rx) = channel();
    LOG.set(tx).unwrap();
    spawn_blocking(move || write_log(rx));
    log("start");
    water_plants().await;
    log("end");
}
