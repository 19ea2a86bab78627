//! A crawler: two workers take addresses from one queue and put the links that they find into the same queue.
//!
//! Wrong: the queue is bounded, and those who empty it are the only ones who fill it: once it is full, both wait for room.
//!
//! Expected: `deadlock`, proven. Place: `send` in `worker` (the queue is full), and who would receive: the workers, which
//! wait for room themselves (one of them may wait for the lock of the receiver). Cure: a queue without a limit (or kept
//! apart from the receiver), or send from a task of its own, or `try_send`.

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::{Mutex, mpsc};
use kettle::time::sleep;

type Queue = Arc<Mutex<mpsc::Receiver<u32>>>;

async fn links(page: u32) -> Vec<u32> {
    sleep(Duration::from_millis(10)).await;
    if page < 200 { vec![page * 3, page * 3 + 1, page * 3 + 2] } else { Vec::new() }
}

async fn worker(name: u32, queue: Queue, found: mpsc::Sender<u32>) {
    let mut pages = 0;
    loop {
        let next = queue.lock().await.recv().await;
        let Some(page) = next else { break };
        pages += 1;
        for link in links(page).await {
            found.send(link).await.unwrap();
        }
        if page >= 200 && pages > 100 {
            break;
        }
    }
    println!("worker {name}: {pages} pages");
}

#[kettle::main]
async fn main() {
    let (found, queue) = mpsc::channel(16);
    let queue = Arc::new(Mutex::new(queue));
    found.send(1).await.unwrap();
    let workers: Vec<_> =
        (0..2).map(|name| kettle::spawn(worker(name, queue.clone(), found.clone()))).collect();
    for worker in workers {
        worker.await.unwrap();
    }
}
