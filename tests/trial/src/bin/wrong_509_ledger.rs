//! Two payments are booked at the same time.
//! doctor: `blocking_poll`

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use kettle::time::sleep;

#[derive(Default)]
struct Ledger {
    accounts: BTreeMap<&'static str, i64>,
}

/// Asks the bank whether the payment is covered.
async fn confirm(cents: i64) -> bool {
    sleep(Duration::from_millis(25)).await;
    cents < 100_000
}

async fn book(ledger: &Mutex<Ledger>, account: &'static str, cents: i64) {
    let mut ledger = ledger.lock().unwrap();
    let balance = ledger.accounts.entry(account).or_default();
    if confirm(cents).await {
        *balance += cents;
        println!("{account}: {cents} booked, {balance} in all");
    }
}

#[kettle::main]
async fn main() {
    let ledger = Mutex::new(Ledger::default());
    book(&ledger, "Anna", 1_000).await;
    kettle::join!(book(&ledger, "Anna", 5_000), book(&ledger, "Bert", 700));
    println!("{:?}", ledger.lock().unwrap().accounts);
}
