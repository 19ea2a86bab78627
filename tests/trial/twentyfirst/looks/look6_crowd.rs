// A crowd: three thousand guests, a cloakroom with fifty hooks (permits), and a porter who needs ten at
// once now and then.
use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Semaphore;
use kettle::task::JoinSet;
use kettle::time::sleep;

async fn guest(number: u64, hooks: Arc<Semaphore>) -> u64 {
    let hook = hooks.acquire_owned().await.unwrap();
    sleep(Duration::from_millis(1 + number % 5)).await;
    drop(hook);
    number
}

async fn porter(hooks: Arc<Semaphore>) {
    for _ in 0..3 {
        sleep(Duration::from_millis(20)).await;
        let ten = hooks.acquire_many(10).await.unwrap();
        sleep(Duration::from_millis(2)).await;
        drop(ten);
    }
}

#[kettle::main]
async fn main() {
    let hooks = Arc::new(Semaphore::new(50));
    let porter = kettle::spawn(porter(hooks.clone()));
    let mut guests = JoinSet::new();
    for number in 0..3000 {
        guests.spawn(guest(number, hooks.clone()));
    }
    let mut sum = 0;
    while let Some(guest) = guests.join_next().await {
        sum += guest.unwrap();
    }
    porter.await.unwrap();
    println!("{sum}");
}
