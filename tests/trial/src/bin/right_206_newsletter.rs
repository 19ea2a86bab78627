//! A newsletter goes to each reader in the list, two seconds in all, with the list locked; a new reader asks with `try_lock`, and is told to
//! come back.
//!
//! Right: nobody waits for the lock. Who doesn't get it does something else.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Mutex;
use kettle::time::sleep;

#[kettle::main]
async fn main() {
    let readers = Arc::new(Mutex::new(["anna", "otto", "ida", "emil"].to_vec()));
    let sending = kettle::spawn({
        let readers = readers.clone();
        async move {
            for _reader in readers.lock().await.iter() {
                sleep(Duration::from_millis(500)).await;
            }
        }
    });
    let mut refused = 0;
    loop {
        sleep(Duration::from_millis(120)).await;
        match readers.try_lock() {
            Ok(mut readers) => break readers.push("max"),
            Err(_) => refused += 1,
        }
    }
    sending.await.unwrap();
    println!("refused {refused} times");
}
