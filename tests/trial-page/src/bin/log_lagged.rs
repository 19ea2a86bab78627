//! A log hub broadcasts lines to two readers; one of them archives slowly.
//! Which lines did the archive lose, and what was it doing meanwhile?

use std::time::Duration;

use kettle::sync::broadcast;
use kettle::sync::broadcast::error::RecvError;
use kettle::time::{interval, sleep};

async fn screen(mut lines: broadcast::Receiver<u32>) -> u32 {
    let mut seen = 0;
    while lines.recv().await.is_ok() {
        seen += 1;
    }
    seen
}

async fn archive(mut lines: broadcast::Receiver<u32>) -> u64 {
    let mut lost = 0;
    loop {
        match lines.recv().await {
            Ok(_) => sleep(Duration::from_millis(130)).await,
            Err(RecvError::Lagged(count)) => lost += count,
            Err(RecvError::Closed) => return lost,
        }
    }
}

async fn hub(lines: broadcast::Sender<u32>) {
    let mut pace = interval(Duration::from_millis(20));
    for number in 0..12 {
        pace.tick().await;
        let _ = lines.send(number);
    }
}

#[kettle::main]
async fn main() {
    let (lines, _) = broadcast::channel(4);
    let shown = kettle::spawn(screen(lines.subscribe()));
    let kept = kettle::spawn(archive(lines.subscribe()));
    kettle::spawn(hub(lines)).await.expect("joins");
    println!("shown {}", shown.await.expect("joins"));
    println!("lost {}", kept.await.expect("joins"));
}
