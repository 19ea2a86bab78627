//! A log file is loaded into a channel, and a task sorts its lines into shelves. A progress bar is drawn ten times a second.
//!
//! Wrong: somebody has read that a task gives its thread back after 128 operations, and that `unconstrained` is quicker. All lines
//! are in the channel, so no `recv` ever waits, and the whole log is one poll.
//!
//! Expected: `never_yields` of the task that sorts. The cure: without `unconstrained` (or `yield_now` now and then).
//!
//! doctor: `never_yields`
//! ends: by itself

use std::collections::HashMap;
use std::time::Duration;

use kettle::sync::mpsc;
use kettle::task::unconstrained;
use kettle::time::interval;

async fn sort(mut lines: mpsc::UnboundedReceiver<String>) -> usize {
    let mut shelves: HashMap<String, Vec<String>> = HashMap::new();
    while let Some(line) = lines.recv().await {
        let (shelf, rest) = line.split_once(' ').expect("two words");
        shelves.entry(shelf.to_owned()).or_default().push(rest.to_uppercase());
    }
    shelves.len()
}

async fn progress() {
    let mut tenth = interval(Duration::from_millis(100));
    loop {
        tenth.tick().await;
        println!("...");
    }
}

#[kettle::main]
async fn main() {
    let (load, lines) = mpsc::unbounded_channel();
    for n in 0..400_000 {
        load.send(format!("shelf-{} line-{n}", n % 97)).expect("somebody sorts");
    }
    drop(load);
    kettle::spawn(progress());
    println!("{} shelves", kettle::spawn(unconstrained(sort(lines))).await.unwrap());
}
