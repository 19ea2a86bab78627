//! A bank pays from one account into another until it is told by a signal to end.
//!
//! Wrong: two tasks take the same two locks, each in its own order.
//!
//! Expected: `deadlock`, a circle of two, as a warning since a signal may come. The cure: take the locks in the same
//! order everywhere.
//!
//! doctor: `deadlock`
//! ends: killed

use std::io;
use std::sync::Arc;
use std::time::Duration;

use kettle::signal::unix::{SignalKind, signal};
use kettle::sync::Mutex;
use kettle::time::sleep;

#[kettle::main]
async fn main() -> io::Result<()> {
    let mut end = signal(SignalKind::hangup())?;
    let accounts = Arc::new([Mutex::new(100), Mutex::new(100)]);
    for (from, to) in [(0, 1), (1, 0)] {
        let accounts = accounts.clone();
        kettle::spawn(async move {
            let mut payer = accounts[from].lock().await;
            sleep(Duration::from_millis(20)).await;
            let mut payee = accounts[to].lock().await;
            *payer -= 10;
            *payee += 10;
        });
    }
    end.recv().await;
    Ok(())
}
