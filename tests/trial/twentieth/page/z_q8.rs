// Ten units of memory for four workers. Three of them hand over their parts together.
use std::sync::Arc;
use std::time::{Duration, Instant};

use kettle::sync::{Barrier, Semaphore};
use kettle::time::sleep;

fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

async fn index(memory: Arc<Semaphore>, together: Arc<Barrier>) {
    let _four = memory.acquire_many(4).await.unwrap();
    sleep(ms(200)).await;
    together.wait().await;
}

async fn cache(memory: Arc<Semaphore>, together: Arc<Barrier>) {
    let mut three = memory.acquire_many(3).await.unwrap();
    sleep(ms(150)).await;
    let one = three.split(1).unwrap();
    drop(one);
    sleep(ms(100)).await;
    together.wait().await;
}

async fn fetch_parts() {
    for _ in 0..3 {
        sleep(ms(240)).await;
    }
}

async fn mail(memory: Arc<Semaphore>, together: Arc<Barrier>) {
    sleep(ms(30)).await;
    let _two = memory.acquire_many(2).await.unwrap();
    fetch_parts().await;
    together.wait().await;
}

/// Does without memory if there is none, and tries later.
async fn upload(memory: Arc<Semaphore>) -> Duration {
    let begun = Instant::now();
    sleep(ms(320)).await;
    loop {
        match memory.try_acquire_many(3) {
            Ok(_three) => {
                sleep(ms(60)).await;
                return begun.elapsed();
            }
            Err(error) => {
                println!("refused, {} free: {error}", memory.available_permits());
                sleep(ms(300)).await;
            }
        }
    }
}

#[kettle::main]
async fn main() {
    let memory = Arc::new(Semaphore::new(10));
    let together = Arc::new(Barrier::new(3));
    kettle::spawn(index(Arc::clone(&memory), Arc::clone(&together)));
    kettle::spawn(cache(Arc::clone(&memory), Arc::clone(&together)));
    kettle::spawn(mail(Arc::clone(&memory), Arc::clone(&together)));
    let upload = kettle::spawn(upload(memory));
    println!("uploaded after {:?}", upload.await.unwrap());
}
