//! An archive is packed on the blocking pool for about two seconds. `main` shows the progress, which comes by a
//! `watch`.
//!
//! Right: long computing and sleeping threads belong there.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::thread;
use std::time::Duration;

use kettle::sync::watch;
use kettle::task::spawn_blocking;
use kettle::time::interval;

fn checksum(block: u64) -> u64 {
    let mut sum = 0xcbf2_9ce4_8422_2325_u64 ^ block;
    for byte in 0..600_000 {
        sum = (sum ^ (byte & 0xff)).wrapping_mul(0x100_0000_01b3);
    }
    sum
}

fn pack(blocks: u64, progress: &watch::Sender<u64>) -> u64 {
    let mut sum = 0;
    for block in 0..blocks {
        sum ^= checksum(block);
        thread::sleep(Duration::from_millis(30)); // a slow disk
        progress.send_replace(100 * (block + 1) / blocks);
    }
    sum
}

#[kettle::main]
async fn main() {
    let (progress, mut percent) = watch::channel(0);
    let mut packing = spawn_blocking(move || pack(50, &progress));
    let mut redraw = interval(Duration::from_millis(250));
    let mut drawn = 0;
    let sum = loop {
        kettle::select! {
            sum = &mut packing => break sum.expect("the job"),
            _ = redraw.tick() => {
                drawn += 1;
                println!("{} %", *percent.borrow_and_update());
            }
        }
    };
    println!("checksum {sum:x}, drawn {drawn} times");
}
