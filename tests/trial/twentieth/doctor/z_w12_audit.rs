//! A bank writes each transfer into an audit log, over a channel.
//!
//! Wrong: the `send` of the refused transfers is not awaited (`let _ =` hides the compiler's warning).
//!
//! Expected: `unpolled`, proven, at `let _ = audit.send(…)` in `refuse`: the send was dropped before its first poll. Cure: `.await` it.

use kettle::sync::mpsc;

#[derive(Debug)]
enum Entry {
    Moved(u32),
    Refused(u32),
}

async fn accept(audit: &mpsc::Sender<Entry>, amount: u32) {
    audit.send(Entry::Moved(amount)).await.unwrap();
}

fn refuse(audit: &mpsc::Sender<Entry>, amount: u32) {
    let _ = audit.send(Entry::Refused(amount));
}

async fn bank(audit: mpsc::Sender<Entry>) {
    let mut balance = 100;
    for amount in [30, 50, 40, 15, 90] {
        if amount <= balance {
            balance -= amount;
            accept(&audit, amount).await;
        } else {
            refuse(&audit, amount);
        }
    }
}

#[kettle::main]
async fn main() {
    let (audit, mut entries) = mpsc::channel(4);
    let bank = kettle::spawn(bank(audit));
    let mut lines = 0;
    while let Some(entry) = entries.recv().await {
        println!("{entry:?}");
        lines += 1;
    }
    bank.await.unwrap();
    println!("{lines} lines");
}
