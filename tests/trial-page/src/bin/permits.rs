//! At 100 ms a `ping` asks for one of ten permits, and six are taken. Who has them, and why doesn't it get one?

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Semaphore;
use kettle::time::sleep;

type Pool = Arc<Semaphore>;

async fn query(pool: Pool, time: u64) {
    let _two = pool.acquire_many(2).await.expect("open");
    sleep(Duration::from_millis(time)).await;
}

async fn vacuum(pool: Pool) {
    sleep(Duration::from_millis(50)).await;
    let _six = pool.acquire_many(6).await.expect("open");
    sleep(Duration::from_millis(30)).await;
}

async fn ping(pool: Pool, after: u64) {
    sleep(Duration::from_millis(after)).await;
    let _one = pool.acquire().await.expect("open");
    sleep(Duration::from_millis(1)).await;
}

#[kettle::main]
async fn main() {
    let pool = Arc::new(Semaphore::new(10));
    let mut tasks = Vec::new();
    for time in [400, 420, 440] {
        tasks.push(kettle::spawn(query(Arc::clone(&pool), time)));
    }
    tasks.push(kettle::spawn(vacuum(Arc::clone(&pool))));
    for after in [20, 100, 110, 120] {
        tasks.push(kettle::spawn(ping(Arc::clone(&pool), after)));
    }
    for task in tasks {
        task.await.expect("no panic");
    }
}
