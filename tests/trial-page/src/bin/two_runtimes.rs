// Payments on one runtime, and their audit log on a second one, on a thread of its own. A payment is over when its entry
// is in the log. Some of them take 200 ms instead of two.

use std::thread;
use std::time::Duration;

use kettle::runtime::Builder;
use kettle::sync::{mpsc, oneshot};
use kettle::time::{Instant, sleep};

fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

struct Entry {
    text: String,
    written: oneshot::Sender<usize>,
}

/// The log: each entry takes a millisecond.
async fn keep(mut entries: mpsc::Receiver<Entry>) -> Vec<String> {
    let mut log = Vec::new();
    while let Some(Entry { text, written }) = entries.recv().await {
        sleep(ms(1)).await;
        log.push(text);
        let _ = written.send(log.len());
    }
    log
}

/// Each 100 ms the entries so far are put away.
async fn archive() {
    for volume in 1.. {
        sleep(ms(100)).await;
        compress(volume);
    }
}

fn compress(volume: u32) {
    if volume == 1 {
        thread::sleep(ms(200)); // the disk is slow the first time
    }
}

async fn pay(number: u32, log: mpsc::Sender<Entry>) -> Duration {
    let begin = Instant::now();
    let (written, receipt) = oneshot::channel();
    let text = format!("payment {number}");
    log.send(Entry { text, written }).await.expect("the log");
    receipt.await.expect("a receipt");
    begin.elapsed()
}

#[kettle::main]
async fn main() {
    let (log, entries) = mpsc::channel(4);
    let audit = thread::spawn(|| {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            kettle::spawn(archive());
            keep(entries).await.len()
        })
    });

    let mut payments = Vec::new();
    for number in 1..=20 {
        payments.push(kettle::spawn(pay(number, log.clone())));
        sleep(ms(15)).await;
    }
    drop(log);
    let mut slow = 0;
    for payment in payments {
        slow += u32::from(payment.await.unwrap() > ms(50));
    }
    println!("{slow} slow payments, {} entries", audit.join().unwrap());
}
