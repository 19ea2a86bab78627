//! A server imports a file that was uploaded, line by line, while it tells a monitor 20 times a second that it lives. The
//! import takes seconds, and no `.await` of it has to wait.
//!
//! Right: it yields after each five hundred lines.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Duration;

use kettle::io::AsyncBufReadExt;
use kettle::task::yield_now;
use kettle::time::interval;

fn upload(lines: u32) -> String {
    let mut text = String::new();
    for number in 0..lines {
        writeln!(text, "{},{}", number % 977, number * 31 % 1009).unwrap();
    }
    text
}

async fn import(upload: &[u8]) -> std::io::Result<BTreeMap<u32, u64>> {
    let mut lines = upload.lines();
    let mut sums = BTreeMap::new();
    let mut number = 0;
    while let Some(line) = lines.next_line().await? {
        number += 1;
        if number % 500 == 0 {
            yield_now().await;
        }
        let Some((account, pence)) = line.split_once(',') else { continue };
        if let (Ok(account), Ok(pence)) = (account.parse(), pence.parse::<u64>()) {
            *sums.entry(account).or_default() += pence;
        }
    }
    Ok(sums)
}

#[kettle::main]
async fn main() -> std::io::Result<()> {
    let alive = kettle::spawn(async {
        let mut beat = interval(Duration::from_millis(50));
        for number in 0.. {
            beat.tick().await;
            print!("{number} ");
        }
    });
    for _ in 0..200 {
        let upload = upload(10_000);
        println!("{} accounts", import(upload.as_bytes()).await?.len());
    }
    alive.abort();
    Ok(())
}
