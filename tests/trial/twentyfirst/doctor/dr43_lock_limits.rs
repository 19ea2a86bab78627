// RIGHT. Transfers in both directions that lock with a limit of 1.3 s (and 0.7 s) and give back all when it strikes: a circle lasts for some time, and is ended by the limit. EXPECT: silence (or an "if").
use kettle::sync::Mutex;
use kettle::time::{sleep, timeout};
use std::sync::Arc;
use std::time::Duration;

type Account = Arc<Mutex<i64>>;

async fn transfer(from: Account, to: Account, limit: u64) -> u32 {
    let mut tries = 0;
    loop {
        tries += 1;
        let mut source = from.lock().await;
        sleep(Duration::from_millis(20)).await;
        if let Ok(mut target) = timeout(Duration::from_millis(limit), to.lock()).await {
            *source -= 1;
            *target += 1;
            return tries;
        }
        drop(source);
        sleep(Duration::from_millis(100)).await;
    }
}

#[kettle::main]
async fn main() {
    let (a, b) = (Account::default(), Account::default());
    let one = kettle::spawn(transfer(a.clone(), b.clone(), 1900));
    let two = kettle::spawn(transfer(b.clone(), a.clone(), 1300));
    println!("{} {}", one.await.unwrap(), two.await.unwrap());
    println!("{} {}", a.lock().await, b.lock().await);
}
