//! A workshop with one bench. Who is done hands the bench over, with what is to be dried, to the dryer, who frees it
//! after a second; and the same person queues for the bench again meanwhile.
//!
//! Right: the guard is an owned one, and another task drops it. Near to: a task that waits for a lock of its own, for 1.2 s.
//!
//! Expected: silent.

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::{Mutex, OwnedMutexGuard, mpsc};
use kettle::time::sleep;

type Wet = OwnedMutexGuard<Vec<&'static str>>;

async fn dryer(mut wet: mpsc::Receiver<Wet>) {
    while let Some(mut bench) = wet.recv().await {
        sleep(Duration::from_millis(1200)).await;
        bench.push("dry");
    }
}

async fn person(name: &'static str, bench: Arc<Mutex<Vec<&'static str>>>, to_dryer: mpsc::Sender<Wet>) {
    for _ in 0..2 {
        let mut mine = bench.clone().lock_owned().await;
        mine.push(name);
        sleep(Duration::from_millis(30)).await;
        to_dryer.send(mine).await.unwrap();
    }
}

#[kettle::main]
async fn main() {
    let bench = Arc::new(Mutex::new(Vec::new()));
    let (to_dryer, wet) = mpsc::channel(1);
    let dryer = kettle::spawn(dryer(wet));
    let people = [
        kettle::spawn(person("Anna", bench.clone(), to_dryer.clone())),
        kettle::spawn(person("Bert", bench.clone(), to_dryer)),
    ];
    for person in people {
        person.await.unwrap();
    }
    dryer.await.unwrap();
    println!("{:?}", bench.lock().await);
}
