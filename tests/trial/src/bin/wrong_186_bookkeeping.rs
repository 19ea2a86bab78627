//! Tills of a shop: each books its sales, and in the evening, when the shop's `watch` says *closed*, it prints its sum and sends it
//! to the bank.
//!
//! Wrong: `main` says *closed* and returns. The tills are printing (a pause, then a line in a pipe) as the runtime ends.
//!
//! Expected: `cut_short`, a note, at the tills. The cure: keep the handles (a `JoinSet`) and await them after *closed*.
//!
//! doctor: `cut_short`
//! ends: by itself

use std::time::Duration;

use kettle::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use kettle::sync::watch;
use kettle::time::sleep;

async fn till(number: u64, mut closed: watch::Receiver<bool>, mut bank: DuplexStream) {
    let mut sum = 0;
    loop {
        kettle::select! {
            () = sleep(Duration::from_millis(7 * number)) => sum += number,
            Ok(()) = closed.changed() => break,
        }
    }
    sleep(Duration::from_millis(60)).await; // the printer
    bank.write_u64(sum).await.expect("the bank is there");
}

async fn bank(mut tills: Vec<DuplexStream>) {
    for till in &mut tills {
        println!("{:?}", till.read_u64().await);
    }
}

#[kettle::main]
async fn main() {
    let (close, closed) = watch::channel(false);
    let mut lines = Vec::new();
    for number in 1..4 {
        let (line, other) = duplex(64);
        kettle::spawn(till(number, closed.clone(), line));
        lines.push(other);
    }
    kettle::spawn(bank(lines));
    sleep(Duration::from_millis(200)).await;
    close.send_replace(true);
    sleep(Duration::from_millis(10)).await;
    println!("good night");
}
