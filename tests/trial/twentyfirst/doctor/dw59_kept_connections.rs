// WRONG. Each task returns a `Connection`, which has an owned permit of a pool of two; main collects the connections of five tasks in a list.
// EXPECT: deadlock: tasks 3.. wait for a permit at `acquire_owned`; the permits are in the outputs that main keeps. CURE: drop the connection after use (return only the data).
use kettle::sync::{OwnedSemaphorePermit, Semaphore};
use std::sync::Arc;
use std::time::Duration;

struct Connection {
    id: u32,
    _slot: OwnedSemaphorePermit,
}

async fn query(pool: Arc<Semaphore>, id: u32) -> Connection {
    let slot = pool.acquire_owned().await.unwrap();
    kettle::time::sleep(Duration::from_millis(10)).await;
    Connection { id, _slot: slot }
}

#[kettle::main]
async fn main() {
    let pool = Arc::new(Semaphore::new(2));
    let queries: Vec<_> = (0..5).map(|id| kettle::spawn(query(pool.clone(), id))).collect();
    let mut connections = Vec::new();
    for query in queries {
        connections.push(query.await.unwrap());
    }
    for connection in &connections {
        println!("{}", connection.id);
    }
}
