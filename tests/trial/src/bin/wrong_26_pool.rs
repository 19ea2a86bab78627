//! A pool of two connections: those that are free lie in a channel, and are taken out under a lock.
//!
//! The mistake: `rename` has a connection and calls `find`, which takes another one. Two renames at a time
//! have both, and each waits for a second one.
//!
//! Expected: a deadlock: the tasks wait for a value of the channel of free connections, or for the lock
//! around its receiver. Cure: give `find` the connection that the caller has; not: drop the senders, or the
//! guard.
//!
//! doctor: `deadlock`
//! ends: killed

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::{Mutex, mpsc};
use kettle::time::sleep;

struct Connection(u32);

struct Pool {
    free: Mutex<mpsc::Receiver<Connection>>,
    back: mpsc::Sender<Connection>,
}

impl Pool {
    async fn get(&self) -> Connection {
        self.free.lock().await.recv().await.expect("the pool keeps a sender")
    }

    async fn put(&self, connection: Connection) {
        self.back.send(connection).await.expect("the pool keeps the receiver");
    }
}

async fn find(pool: &Pool, name: &str) -> usize {
    let connection = pool.get().await;
    sleep(Duration::from_millis(10)).await;
    pool.put(connection).await;
    name.len()
}

async fn rename(pool: Arc<Pool>, name: String) {
    let connection = pool.get().await;
    sleep(Duration::from_millis(20)).await; // BEGIN
    let at = find(&pool, &name).await;
    println!("row {at} has the name {name} now, by connection {}", connection.0);
    pool.put(connection).await;
}

#[kettle::main]
async fn main() {
    let (back, free) = mpsc::channel(2);
    let pool = Arc::new(Pool { free: Mutex::new(free), back });
    pool.put(Connection(1)).await;
    pool.put(Connection(2)).await;
    let renames = ["tea", "cup"].map(|name| kettle::spawn(rename(pool.clone(), name.to_owned())));
    for rename in renames {
        rename.await.expect("it doesn't panic");
    }
}
