// RIGHT. A rate limiter: permits are acquired and forgotten; a refiller adds some each 100 ms. Tasks wait most of the time for permits that no task holds. EXPECT: silence.
use kettle::sync::Semaphore;
use std::sync::Arc;
use std::time::Duration;

#[kettle::main]
async fn main() {
    let tokens = Arc::new(Semaphore::new(2));
    let bucket = tokens.clone();
    let refill = kettle::spawn(async move {
        let mut tick = kettle::time::interval(Duration::from_millis(100));
        loop {
            tick.tick().await;
            bucket.add_permits(1);
        }
    });
    let mut calls = Vec::new();
    for _ in 0..3 {
        let tokens = tokens.clone();
        calls.push(kettle::spawn(async move {
            for _ in 0..10 {
                tokens.acquire().await.unwrap().forget();
            }
        }));
    }
    for call in calls {
        call.await.unwrap();
    }
    refill.abort();
    println!("30 calls");
}
