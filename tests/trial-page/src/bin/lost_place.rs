//! A shop with one till, and a customer who looks at his telephone.

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Mutex;
use kettle::time::sleep;

type Till = Arc<Mutex<u32>>;

async fn pay(till: &Mutex<u32>, long: u64) {
    let mut sold = till.lock().await;
    sleep(Duration::from_millis(long)).await;
    *sold += 1;
}

async fn restless(till: Till) -> u32 {
    let mut looks = 0;
    loop {
        kettle::select! {
            () = pay(&till, 10) => return looks,
            () = sleep(Duration::from_millis(20)) => looks += 1,
        }
    }
}

async fn customers(till: Till) {
    let mut all = Vec::new();
    for number in 0..9 {
        let till = Arc::clone(&till);
        all.push(kettle::spawn(async move { pay(&till, 25 + number % 3).await }));
        sleep(Duration::from_millis(20)).await;
    }
    for customer in all {
        customer.await.unwrap();
    }
}

#[kettle::main]
async fn main() {
    let till = Till::default();
    let others = kettle::spawn(customers(Arc::clone(&till)));
    sleep(Duration::from_millis(75)).await;
    let restless = kettle::spawn(restless(Arc::clone(&till)));
    println!("looked {} times", restless.await.unwrap());
    others.await.unwrap();
}
