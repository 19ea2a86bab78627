//! An export reads rows in `spawn_blocking`, and sends them through a channel with room for eight.
//!
//! The mistake: `main` awaits the job, and receives the rows afterwards.
//!
//! Expected: a deadlock of main and the job: main waits for the job, the job for room in the channel. Cure:
//! receive first (or at the same time), then await the job.
//!
//! doctor: `deadlock`
//! ends: killed

use kettle::sync::mpsc;
use kettle::task::spawn_blocking;

#[kettle::main]
async fn main() {
    let (sender, mut rows) = mpsc::channel(8);
    let export = spawn_blocking(move || {
        for row in 0..20 {
            sender.blocking_send(row).expect("main receives");
        }
        20
    });
    let count = export.await.expect("it doesn't panic");
    let mut sum = 0;
    while let Some(row) = rows.recv().await {
        sum += row;
    }
    println!("{count} rows, in sum {sum}");
}
