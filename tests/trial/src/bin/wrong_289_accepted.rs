//! A ledger answers an entry before it has written it. `main` ends with the last answer, and the last entry is cut.
//!
//! doctor: `cut_short`
//! cure: keep the task's handle and await it, or answer after the entry is written

use std::time::Duration;

use kettle::sync::{mpsc, oneshot};
use kettle::time::sleep;

struct Entry {
    amount: i64,
    accepted: oneshot::Sender<usize>,
}

struct Ledger {
    entries: Vec<i64>,
}

impl Ledger {
    async fn run(mut self, mut inbox: mpsc::Receiver<Entry>) {
        while let Some(entry) = inbox.recv().await {
            let _ = entry.accepted.send(self.entries.len() + 1);
            self.commit(entry.amount).await;
        }
    }

    async fn commit(&mut self, amount: i64) {
        sleep(Duration::from_millis(80)).await; // the disk
        self.entries.push(amount);
        println!("committed {amount}");
    }
}

#[kettle::main]
async fn main() {
    let (ledger, inbox) = mpsc::channel(4);
    kettle::spawn(Ledger { entries: Vec::new() }.run(inbox));
    let (accepted, number) = oneshot::channel();
    ledger.send(Entry { amount: 500, accepted }).await.unwrap();
    println!("entry {} is accepted", number.await.unwrap());
}
