//! A table is rebuilt under a write guard, which becomes a read guard that is kept for a second while the
//! table is printed slowly. Readers come in meanwhile; no writer does.
//!
//! Suspicious: the task that took the lock to write keeps it across an `.await`, and takes it once more.
//!
//! doctor: silence

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::RwLock;
use kettle::time::sleep;

#[kettle::main]
async fn main() {
    let table = Arc::new(RwLock::new(vec![1, 2, 3]));
    let printed = table.clone();
    let printer = kettle::spawn(async move {
        let mut rows = printed.write().await;
        rows.push(4);
        let rows = rows.downgrade();
        for row in rows.iter() {
            sleep(Duration::from_millis(250)).await;
            println!("row {row} of {}", printed.read().await.len());
        }
    });
    for _reader in 0..5 {
        let table = table.clone();
        kettle::spawn(async move {
            sleep(Duration::from_millis(50)).await;
            assert_eq!(table.read().await.len(), 4);
        });
    }
    printer.await.expect("it doesn't panic");
}
