//! An import puts forty thousand rows into a channel without a limit, all at once; they are worked off in the
//! next three seconds, in groups, while others go on.
//!
//! Suspicious: 40,000 values in a channel. Right: it gets shorter all the time.
//!
//! doctor: silence

use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::{interval, sleep};

#[kettle::main]
async fn main() {
    let (sender, mut rows) = mpsc::unbounded_channel();
    for row in 0..40_000_u32 {
        sender.send(row).expect("main has the receiver");
    }
    drop(sender);
    let clock = kettle::spawn(async {
        let mut clock = interval(Duration::from_millis(20));
        loop {
            clock.tick().await;
        }
    });
    let (mut group, mut sum) = (Vec::new(), 0_u64);
    while rows.recv_many(&mut group, 200).await > 0 {
        sum += group.drain(..).map(u64::from).sum::<u64>();
        sleep(Duration::from_millis(15)).await;
    }
    clock.abort();
    println!("{sum}");
}
