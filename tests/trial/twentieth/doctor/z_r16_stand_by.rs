//! A leader and its stand-by. The stand-by does nothing (`pending`) until it is aborted and replaced by a real one after 2 s.
//!
//! Right: `pending` is meant, and the handles are used: one aborts, the other is awaited. Near to: `lost_wakeup`.
//!
//! Expected: silent.

use std::future::pending;
use std::time::Duration;

use kettle::sync::mpsc;
use kettle::task::{AbortHandle, JoinHandle};
use kettle::time::sleep;

async fn leader(reports: mpsc::Sender<u32>) {
    for beat in 0..10 {
        sleep(Duration::from_millis(200)).await;
        if reports.send(beat).await.is_err() {
            return;
        }
    }
    panic_free_end();
}

fn panic_free_end() {
    println!("the leader retires");
}

async fn stand_by() -> u32 {
    pending().await
}

async fn supervise(mut reports: mpsc::Receiver<u32>, waiting: AbortHandle) -> u32 {
    let mut beats = 0;
    while reports.recv().await.is_some() {
        beats += 1;
    }
    waiting.abort();
    beats
}

#[kettle::main]
async fn main() {
    let (out, reports) = mpsc::channel(1);
    kettle::spawn(leader(out));
    let standing_by: JoinHandle<u32> = kettle::spawn(stand_by());
    let supervisor = kettle::spawn(supervise(reports, standing_by.abort_handle()));
    let ended = standing_by.await;
    assert!(ended.unwrap_err().is_cancelled());
    let next = kettle::spawn(async { 7 });
    println!("{} beats, then {}", supervisor.await.unwrap(), next.await.unwrap());
}
