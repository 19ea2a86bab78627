//! A server imports a file that was uploaded, line by line, while it tells a monitor 20 times a second that it lives.
//!
//! Wrong: the upload is in memory. Each `next_line().await` is ready at once and costs no budget, so the loop with all its
//! `.await`s is one long poll.
//!
//! Expected: `never_yields`. The cure: `yield_now` now and then (or `consume_budget`), or `spawn_blocking`.
//!
//! doctor: `never_yields`
//! ends: by itself

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Duration;

use kettle::io::AsyncBufReadExt;
use kettle::time::interval;

fn upload() -> String {
    let mut text = String::new();
    for number in 0..1_600_000 {
        writeln!(text, "{},{}", number % 977, number * 31 % 1009).unwrap();
    }
    text
}

async fn import(upload: &[u8]) -> std::io::Result<BTreeMap<u32, u64>> {
    let mut lines = upload.lines();
    let mut sums = BTreeMap::new();
    while let Some(line) = lines.next_line().await? {
        let Some((account, pence)) = line.split_once(',') else { continue };
        if let (Ok(account), Ok(pence)) = (account.parse(), pence.parse::<u64>()) {
            *sums.entry(account).or_default() += pence;
        }
    }
    Ok(sums)
}

#[kettle::main]
async fn main() -> std::io::Result<()> {
    let upload = upload();
    let alive = kettle::spawn(async {
        let mut beat = interval(Duration::from_millis(50));
        for number in 0.. {
            beat.tick().await;
            print!("{number} ");
        }
    });
    kettle::time::sleep(Duration::from_millis(100)).await;
    let importer = kettle::spawn(async move { import(upload.as_bytes()).await });
    println!("{} accounts", importer.await??.len());
    alive.abort();
    Ok(())
}
