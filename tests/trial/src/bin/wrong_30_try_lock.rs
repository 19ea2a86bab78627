//! Two writers of one ledger. One of them writes a long report; the other wants to add a line.
//!
//! The mistake: the second one calls `try_lock` in a loop, and yields in between. That is polite to others
//! and takes the whole processor for three seconds.
//!
//! Expected: a busy loop of task 2. Cure: `lock().await`.
//!
//! doctor: `busy_loop`
//! ends: by itself

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Mutex;
use kettle::task::yield_now;
use kettle::time::sleep;

type Ledger = Arc<Mutex<Vec<String>>>;

async fn report(ledger: Ledger) {
    let mut lines = ledger.lock().await;
    sleep(Duration::from_secs(3)).await;
    lines.push("report".to_owned());
}

async fn add(ledger: Ledger) {
    loop {
        if let Ok(mut lines) = ledger.try_lock() {
            lines.push("tea: 3".to_owned());
            return;
        }
        yield_now().await;
    }
}

#[kettle::main]
async fn main() {
    let ledger = Ledger::default();
    let report = kettle::spawn(report(ledger.clone()));
    let add = kettle::spawn(add(ledger.clone()));
    report.await.expect("it doesn't panic");
    add.await.expect("it doesn't panic");
    println!("{:?}", ledger.lock().await);
}
