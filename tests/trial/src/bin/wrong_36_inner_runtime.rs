//! A report is made by a library that blocks and has a runtime of its own; it runs in `spawn_blocking`, and
//! gets its rows through a channel.
//!
//! The mistake: `main` awaits the job, and would drop its sender afterwards. The job waits for its end.
//!
//! Expected: a deadlock of two threads: main waits for the job, whose runtime waits for a value. Cure: drop
//! the sender before the job is awaited.
//!
//! doctor: `deadlock`
//! ends: killed

use kettle::runtime::Builder;
use kettle::sync::mpsc;

fn report(mut rows: mpsc::Receiver<u32>) -> u32 {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let mut sum = 0;
        while let Some(row) = rows.recv().await {
            sum += row;
        }
        sum
    })
}

#[kettle::main]
async fn main() {
    let (sender, rows) = mpsc::channel(16);
    let job = kettle::task::spawn_blocking(move || report(rows));
    for row in 0..100 {
        sender.send(row).await.expect("the report reads on");
    }
    let sum = job.await.expect("it doesn't panic");
    println!("{sum} after {} rows", 100 - sender.capacity() + sender.max_capacity());
}
