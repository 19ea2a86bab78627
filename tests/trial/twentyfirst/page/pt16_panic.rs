// Workers share two printers. One job is broken, and a watchdog aborts the slowest worker.
use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Semaphore;
use kettle::time::sleep;

async fn worker(number: u64, printers: Arc<Semaphore>) -> u64 {
    let _printer = printers.acquire_owned().await.unwrap();
    sleep(Duration::from_millis(100 * number)).await;
    assert!(number != 2, "paper jam");
    number
}

#[kettle::main]
async fn main() {
    let printers = Arc::new(Semaphore::new(2));
    let workers: Vec<_> = (1..=5).map(|n| kettle::spawn(worker(n, printers.clone()))).collect();
    let slowest = workers[3].abort_handle();
    kettle::spawn(async move {
        sleep(Duration::from_millis(350)).await;
        slowest.abort();
    });
    for (index, worker) in workers.into_iter().enumerate() {
        match worker.await {
            Ok(number) => println!("worker {number} has printed"),
            Err(error) => println!("worker {}: {error}", index + 1),
        }
    }
}
