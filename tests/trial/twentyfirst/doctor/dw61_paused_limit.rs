// WRONG. A "test" with the clock paused and a limit: inside is a lock-order deadlock; the limit of 60 s strikes, and `expect` panics.
// EXPECT: deadlock that ends with "only a limit of 60.0 s has ended that"; places as in dw01. CURE: lock in one order.
use kettle::sync::Mutex;
use kettle::time::{sleep, timeout};
use std::sync::Arc;
use std::time::Duration;

async fn rename(names: Arc<Mutex<Vec<u32>>>, index: Arc<Mutex<Vec<u32>>>) {
    let mut names = names.lock().await;
    sleep(Duration::from_millis(5)).await;
    index.lock().await.push(1);
    names.push(1);
}

async fn rebuild(names: Arc<Mutex<Vec<u32>>>, index: Arc<Mutex<Vec<u32>>>) {
    let mut index = index.lock().await;
    sleep(Duration::from_millis(5)).await;
    index.extend(names.lock().await.iter());
}

#[kettle::main(start_paused = true)]
async fn main() {
    let names = Arc::new(Mutex::new(vec![]));
    let index = Arc::new(Mutex::new(vec![]));
    let one = kettle::spawn(rename(names.clone(), index.clone()));
    let two = kettle::spawn(rebuild(names.clone(), index.clone()));
    timeout(Duration::from_secs(60), async {
        one.await.unwrap();
        two.await.unwrap();
    })
    .await
    .expect("renaming and rebuilding must end");
    println!("{:?}", index.lock().await);
}
