//! Three workers meet at a barrier after each phase; one of them gives up after the first.
//! Why do tasks 1 and 2 never come back from the second phase?

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Barrier;
use kettle::time::sleep;

async fn worker(number: u64, barrier: Arc<Barrier>) -> u64 {
    for phase in 0..3 {
        sleep(Duration::from_millis(30 * number + 10)).await;
        if number == 3 && phase == 1 {
            return phase;
        }
        barrier.wait().await;
    }
    3
}

#[kettle::main]
async fn main() {
    let barrier = Arc::new(Barrier::new(3));
    let mut workers = Vec::new();
    for number in 1..=3 {
        workers.push(kettle::spawn(worker(number, barrier.clone())));
    }
    for worker in workers {
        println!("phases {}", worker.await.expect("joins"));
    }
}
