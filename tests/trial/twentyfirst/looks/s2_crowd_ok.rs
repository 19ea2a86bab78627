// 1,500 tasks on a semaphore of 8, told to start by a broadcast; a few of them ask for three permits.
// Expected: ends by itself; one listener lags behind (broadcast of 16).
use kettle::sync::{Semaphore, broadcast};
use kettle::time::{Duration, sleep};
use std::sync::Arc;

async fn guest(number: u64, seats: Arc<Semaphore>, mut bell: broadcast::Receiver<u64>) -> u64 {
    let rang = loop {
        match bell.recv().await {
            Ok(rang) => break rang,
            Err(broadcast::error::RecvError::Lagged(_)) => {}
            Err(broadcast::error::RecvError::Closed) => return 0,
        }
    };
    let wanted = if number % 100 == 0 { 3 } else { 1 };
    let _seats = seats.acquire_many(wanted).await.unwrap();
    if number % 5 == 0 {
        sleep(Duration::from_millis(2)).await;
    }
    rang + u64::from(wanted)
}

async fn slow_listener(mut bell: broadcast::Receiver<u64>) -> (u64, u64) {
    let (mut heard, mut missed) = (0, 0);
    loop {
        match bell.recv().await {
            Ok(_) => heard += 1,
            Err(broadcast::error::RecvError::Lagged(by)) => missed += by,
            Err(broadcast::error::RecvError::Closed) => return (heard, missed),
        }
        sleep(Duration::from_millis(10)).await;
    }
}

#[kettle::main]
async fn main() {
    let seats = Arc::new(Semaphore::new(8));
    let (bell, _) = broadcast::channel(16);
    let slow = kettle::spawn(slow_listener(bell.subscribe()));
    let guests: Vec<_> = (0..1500).map(|n| kettle::spawn(guest(n, seats.clone(), bell.subscribe()))).collect();
    for ring in 0..40 {
        bell.send(ring).unwrap();
        sleep(Duration::from_millis(3)).await;
    }
    drop(bell);
    let mut sum = 0;
    for guest in guests {
        sum += guest.await.unwrap();
    }
    println!("{sum}; heard and missed: {:?}", slow.await.unwrap());
}
