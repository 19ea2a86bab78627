//! A newsletter goes to each reader in the list, one after the other; meanwhile somebody wants to subscribe.
//!
//! Wrong: the guard is a temporary in the head of the `for`, and lives to the end of the loop: nobody can subscribe for two seconds.
//!
//! Expected: `guard_across_await`: task 1 has lock 1, taken in line 19, while it waits for timers. The cure: clone the list, and
//! let go of the guard before the loop (a guard in the head of a `for` lives to its end).
//!
//! doctor: `guard_across_await`
//! ends: by itself

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Mutex;
use kettle::time::sleep;

async fn send_all(readers: &Mutex<Vec<String>>) -> usize {
    let mut bytes = 0;
    for reader in readers.lock().await.iter() {
        sleep(Duration::from_millis(400)).await; // the mail server
        bytes += reader.len() + 1_000;
    }
    bytes
}

#[kettle::main]
async fn main() {
    let names = ["anna", "otto", "ida", "emil", "ruth"].map(str::to_owned);
    let readers = Arc::new(Mutex::new(names.to_vec()));
    let sending = kettle::spawn({
        let readers = readers.clone();
        async move { send_all(&readers).await }
    });
    sleep(Duration::from_millis(50)).await;
    let subscribing = kettle::spawn({
        let readers = readers.clone();
        async move { readers.lock().await.push("max".to_owned()) }
    });
    subscribing.await.unwrap();
    println!("{} bytes", sending.await.unwrap());
}
