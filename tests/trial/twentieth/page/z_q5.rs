// A lookup asks three replicas in turn, 200 ms each.
use std::sync::Arc;
use std::time::{Duration, Instant};

use kettle::sync::{Mutex, Semaphore, mpsc, oneshot};
use kettle::time::sleep;

type Request = oneshot::Sender<u32>;

fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

#[derive(Clone)]
struct Replica {
    /// How many may ask at once.
    limit: Arc<Semaphore>,
    to: mpsc::Sender<Request>,
}

impl Replica {
    fn start(disk: Arc<Mutex<u32>>, cost: u64) -> Replica {
        let (to, requests) = mpsc::channel(4);
        kettle::spawn(answer(requests, disk, cost));
        Replica { limit: Arc::new(Semaphore::new(1)), to }
    }

    async fn ask(&self) -> u32 {
        let _one = self.limit.acquire().await.unwrap();
        let (tx, rx) = oneshot::channel();
        self.to.send(tx).await.unwrap();
        rx.await.expect("an answer")
    }
}

async fn answer(mut requests: mpsc::Receiver<Request>, disk: Arc<Mutex<u32>>, cost: u64) {
    while let Some(asker) = requests.recv().await {
        let value = *disk.lock().await;
        sleep(ms(cost)).await;
        let _ = asker.send(value);
    }
}

/// Copies the whole of a replica, and lets nobody else ask meanwhile.
async fn backup(from: Replica) {
    let _one = from.limit.acquire().await.unwrap();
    sleep(ms(700)).await;
}

async fn compact(disk: Arc<Mutex<u32>>) {
    let mut value = disk.lock().await;
    sleep(ms(650)).await;
    *value += 1;
}

async fn lookup(replicas: Vec<Replica>) -> Option<u32> {
    for (number, replica) in replicas.iter().enumerate() {
        kettle::select! {
            value = replica.ask() => return Some(value),
            _ = sleep(ms(200)) => println!("replica {number} gave no answer"),
        }
    }
    None
}

#[kettle::main]
async fn main() {
    let disks = [1, 2, 3].map(|value| Arc::new(Mutex::new(value)));
    let replicas = disks.clone().map(|disk| Replica::start(disk, 120)).to_vec();
    let backup = kettle::spawn(backup(replicas[0].clone()));
    let compact = kettle::spawn(compact(Arc::clone(&disks[1])));
    sleep(ms(50)).await;
    let begun = Instant::now();
    let value = kettle::spawn(lookup(replicas)).await.unwrap();
    println!("{value:?} after {:?}", begun.elapsed());
    backup.await.unwrap();
    compact.await.unwrap();
}
