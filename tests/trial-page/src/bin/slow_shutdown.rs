//! `main` says stop at 500 ms, and the program ends at about 1.7 s. What did the shutdown wait for?

use std::time::Duration;

use kettle::sync::{mpsc, watch};
use kettle::task::JoinSet;
use kettle::time::sleep;

/// Looks at `stop` while it sleeps.
async fn poller(every: u64, lines: mpsc::Sender<u64>, mut stop: watch::Receiver<bool>) {
    loop {
        kettle::select! {
            _ = stop.changed() => break,
            () = sleep(Duration::from_millis(every)) => {
                lines.send(every).await.expect("a writer");
            }
        }
    }
}

/// Looks at `stop` between two tries.
async fn uploader(lines: mpsc::Sender<u64>, stop: watch::Receiver<bool>) {
    let mut pause = 20;
    while !*stop.borrow() {
        lines.send(pause).await.expect("a writer");
        sleep(Duration::from_millis(pause)).await; // "the other side is busy: later"
        pause *= 4;
    }
}

async fn writer(mut lines: mpsc::Receiver<u64>) {
    while lines.recv().await.is_some() {
        sleep(Duration::from_millis(3)).await;
    }
}

#[kettle::main]
async fn main() {
    let (stop, stopped) = watch::channel(false);
    let (lines, log) = mpsc::channel(4);
    let mut tasks = JoinSet::new();
    tasks.spawn(writer(log));
    for every in [30, 45, 70] {
        tasks.spawn(poller(every, lines.clone(), stopped.clone()));
    }
    tasks.spawn(uploader(lines, stopped));
    sleep(Duration::from_millis(500)).await;
    stop.send(true).expect("tasks");
    while let Some(ended) = tasks.join_next().await {
        ended.expect("no panic");
    }
}
