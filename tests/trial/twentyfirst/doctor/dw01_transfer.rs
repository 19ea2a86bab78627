// WRONG. Two transfers between two accounts, each locks "from", asks the fraud service, then locks "to".
// Opposite directions: a lock-order deadlock.
// EXPECT: deadlock: both tasks named with the second lock (the `to.lock().await` line), each with the lock it holds.
// CURE: lock in one order (by id), or one lock for both.
use kettle::sync::Mutex;
use std::sync::Arc;
use std::time::Duration;

struct Account {
    id: u32,
    balance: Mutex<i64>,
}

async fn fraud_check() {
    kettle::time::sleep(Duration::from_millis(20)).await;
}

async fn transfer(from: Arc<Account>, to: Arc<Account>, amount: i64) {
    let mut source = from.balance.lock().await;
    fraud_check().await;
    let mut target = to.balance.lock().await;
    *source -= amount;
    *target += amount;
    println!("{amount} from {} to {}", from.id, to.id);
}

#[kettle::main]
async fn main() {
    let a = Arc::new(Account { id: 1, balance: Mutex::new(100) });
    let b = Arc::new(Account { id: 2, balance: Mutex::new(100) });
    let one = kettle::spawn(transfer(a.clone(), b.clone(), 30));
    let two = kettle::spawn(transfer(b.clone(), a.clone(), 10));
    one.await.unwrap();
    two.await.unwrap();
    println!("{} {}", a.balance.lock().await, b.balance.lock().await);
}
