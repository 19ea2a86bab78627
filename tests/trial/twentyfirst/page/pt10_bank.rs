// Two actors: accounts, which makes transfers, and ledger, which writes them down.
use std::time::Duration;

use kettle::sync::{mpsc, oneshot};
use kettle::time::sleep;

enum ToAccounts {
    Transfer { amount: u32, done: oneshot::Sender<u32> },
    Limit { answer: oneshot::Sender<u32> },
}

struct Entry {
    amount: u32,
    written: oneshot::Sender<bool>,
}

async fn accounts(mut requests: mpsc::Receiver<ToAccounts>, ledger: mpsc::Sender<Entry>) {
    let mut balance = 10_000;
    while let Some(request) = requests.recv().await {
        match request {
            ToAccounts::Transfer { amount, done } => {
                let (written, answer) = oneshot::channel();
                let _ = ledger.send(Entry { amount, written }).await;
                if answer.await == Ok(true) {
                    balance -= amount;
                }
                let _ = done.send(balance);
            }
            ToAccounts::Limit { answer } => {
                let _ = answer.send(balance / 2);
            }
        }
    }
}

async fn ledger(mut entries: mpsc::Receiver<Entry>, accounts: mpsc::Sender<ToAccounts>) {
    let mut lines = Vec::new();
    while let Some(entry) = entries.recv().await {
        sleep(Duration::from_millis(100)).await;
        if entry.amount > 1000 {
            let (answer, limit) = oneshot::channel();
            let _ = accounts.send(ToAccounts::Limit { answer }).await;
            if limit.await.is_ok_and(|limit| entry.amount > limit) {
                let _ = entry.written.send(false);
                continue;
            }
        }
        lines.push(entry.amount);
        let _ = entry.written.send(true);
    }
}

#[kettle::main]
async fn main() {
    let (to_accounts, requests) = mpsc::channel(8);
    let (to_ledger, entries) = mpsc::channel(8);
    kettle::spawn(accounts(requests, to_ledger));
    kettle::spawn(ledger(entries, to_accounts.clone()));

    for amount in [100, 250, 4000, 30] {
        let (done, balance) = oneshot::channel();
        let _ = to_accounts.send(ToAccounts::Transfer { amount, done }).await;
        println!("{amount} transferred, balance {}", balance.await.unwrap());
    }
}
