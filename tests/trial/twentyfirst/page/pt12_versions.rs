// Versions are published, a worker restarts with the latest one, and a probe asks whether it is up.
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use kettle::sync::watch;
use kettle::time::{Instant, sleep, sleep_until};

/// When each version is published, in milliseconds.
const PUBLISHED: [u64; 6] = [50, 90, 130, 400, 440, 800];

async fn publish(versions: watch::Sender<usize>) {
    let began = Instant::now();
    for (number, at) in (1..).zip(PUBLISHED) {
        sleep_until(began + Duration::from_millis(at)).await;
        versions.send_replace(number);
    }
}

async fn worker(mut versions: watch::Receiver<usize>) -> Vec<usize> {
    let mut applied = Vec::new();
    while versions.changed().await.is_ok() {
        let version = *versions.borrow_and_update();
        restart().await;
        applied.push(version);
    }
    applied
}

async fn restart() {
    sleep(Duration::from_millis(200)).await;
}

async fn probe(up: Rc<Cell<u32>>) {
    loop {
        sleep(Duration::from_millis(70)).await;
        up.set(up.get() + 1);
    }
}

#[kettle::main(flavor = "local")]
async fn main() {
    let (versions, for_worker) = watch::channel(0);
    let asked = Rc::new(Cell::new(0));
    let worker = kettle::spawn(worker(for_worker));
    let probe = kettle::task::spawn_local(probe(asked.clone()));
    kettle::spawn(publish(versions));

    sleep(Duration::from_millis(600)).await;
    probe.abort();
    println!("applied: {:?}, asked {} times", worker.await.unwrap(), asked.get());
}
