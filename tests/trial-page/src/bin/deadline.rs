//! One of three transfers was cut by its deadline. Where was it, for whom did it wait, and what had it in its hand?

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Mutex;
use kettle::time::{sleep, timeout};

type Account = Arc<Mutex<i32>>;

async fn transfer(from: Account, to: Account, amount: i32) {
    let mut from = from.lock().await;
    *from -= amount;
    sleep(Duration::from_millis(30)).await; // "the fee"
    let mut to = to.lock().await;
    *to += amount;
}

async fn audit(account: Account) {
    sleep(Duration::from_millis(110)).await;
    let sum = account.lock().await;
    sleep(Duration::from_millis(300)).await;
    drop(sum);
}

async fn desk(from: Account, to: Account, amount: i32, after: u64) {
    sleep(Duration::from_millis(after)).await;
    let transfer = transfer(from, to, amount);
    match timeout(Duration::from_millis(120), transfer).await {
        Ok(()) => println!("{amount} is there"),
        Err(_) => println!("{amount}: too late"),
    }
}

#[kettle::main]
async fn main() {
    let (anna, bert) = (Account::default(), Account::default());
    let audit = kettle::spawn(audit(Arc::clone(&bert)));
    let desks: Vec<_> = [(1, 0), (2, 100), (3, 450)]
        .into_iter()
        .map(|(amount, after)| {
            kettle::spawn(desk(Arc::clone(&anna), Arc::clone(&bert), amount, after))
        })
        .collect();
    for desk in desks {
        desk.await.expect("a desk");
    }
    audit.await.expect("an audit");
    println!("{} {}", anna.lock().await, bert.lock().await);
}
