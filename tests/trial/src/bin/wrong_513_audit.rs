//! Each change of an account is written into an audit by a task of its own.
//! doctor: `unpolled`

use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::sleep;

struct Account {
    cents: i64,
    audit: mpsc::Sender<String>,
}

impl Account {
    async fn change(&mut self, by: i64) {
        sleep(Duration::from_millis(2)).await; // asks the bank
        self.cents += by;
        // Should the audit be gone, the change holds all the same.
        let _ = self.audit.send(format!("{by:+}, now {}", self.cents));
    }
}

#[kettle::main]
async fn main() {
    let (audit, mut changes) = mpsc::channel(8);
    let auditor = kettle::spawn(async move {
        let mut pages = Vec::new();
        while let Some(change) = changes.recv().await {
            pages.push(change);
        }
        pages
    });

    let mut account = Account { cents: 0, audit };
    for by in [5_000, -1_250, -300] {
        account.change(by).await;
    }
    println!("The account has {} cents.", account.cents);
    drop(account);

    let pages = auditor.await.expect("no panic");
    println!("The audit has {} lines: {pages:?}", pages.len());
}
