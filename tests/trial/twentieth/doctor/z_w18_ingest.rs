//! An importer takes lines from a channel and checks each by a checksum. Beside it a health check answers every 50 ms.
//!
//! Wrong: the loop is `unconstrained`, so `recv` never lets the others run while there are lines: one poll checks all of them.
//!
//! Expected: `never_yields`, proven: the importer's task computed for (more than) half a second in one poll; timers fell due. Place: the spawn of
//! `import`. Cure: `yield_now().await` now and then (or no `unconstrained`), or `spawn_blocking` for the computing.

use std::hint::black_box;
use std::time::Duration;

use kettle::sync::mpsc;
use kettle::task::unconstrained;
use kettle::time::interval;

fn checksum(line: &str) -> u64 {
    let mut sum = 5381_u64;
    for _ in 0..30_000 {
        for byte in line.bytes() {
            sum = black_box(sum.wrapping_mul(33) ^ u64::from(byte));
        }
    }
    sum
}

async fn import(mut lines: mpsc::UnboundedReceiver<String>) -> u64 {
    let mut all = 0;
    while let Some(line) = lines.recv().await {
        all ^= checksum(&line);
    }
    all
}

async fn health() {
    let mut beat = interval(Duration::from_millis(50));
    loop {
        beat.tick().await;
    }
}

#[kettle::main]
async fn main() {
    let (out, lines) = mpsc::unbounded_channel();
    let health = kettle::spawn(health());
    kettle::task::yield_now().await;
    for number in 0..400 {
        out.send(format!("line number {number}")).unwrap();
    }
    drop(out);
    let sum = kettle::spawn(unconstrained(import(lines))).await.unwrap();
    println!("{sum:x}");
    health.abort();
}
