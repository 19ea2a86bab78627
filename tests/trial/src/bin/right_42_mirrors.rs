//! A file is asked of five mirrors at once, in a `JoinSet`; when the first has answered, the others are
//! aborted, whatever they are at.
//!
//! Suspicious: tasks that are dropped half-way, and one that had no poll yet.
//!
//! doctor: silence

use std::time::Duration;

use kettle::sync::mpsc;
use kettle::task::JoinSet;
use kettle::time::sleep;

async fn ask(mirror: u64, progress: mpsc::Sender<u64>) -> u64 {
    for part in 0..4 {
        sleep(Duration::from_millis(20 + 15 * mirror)).await;
        progress.send(part).await.expect("main shows it");
    }
    mirror
}

#[kettle::main]
async fn main() {
    let (progress, mut shown) = mpsc::channel(2);
    let mut mirrors = JoinSet::new();
    for mirror in 0..5 {
        mirrors.spawn(ask(mirror, progress.clone()));
    }
    drop(progress);
    let show = kettle::spawn(async move {
        let mut parts = 0;
        while shown.recv().await.is_some() {
            parts += 1;
        }
        parts
    });
    let first = mirrors.join_next().await;
    mirrors.spawn(async { 9 });
    mirrors.shutdown().await;
    println!("{first:?} after {:?} parts", show.await);
}
