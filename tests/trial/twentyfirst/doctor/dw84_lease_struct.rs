// WRONG. A `Session` has an owned guard of the account; a method of the bank locks the same account again while the session lives.
// EXPECT: deadlock: main waits for lock 1 that it took itself (place in `Session::open`). CURE: use the session's guard / drop the session before.
use kettle::sync::{Mutex, OwnedMutexGuard};
use std::sync::Arc;

struct Session {
    account: OwnedMutexGuard<i64>,
}

impl Session {
    async fn open(account: &Arc<Mutex<i64>>) -> Self {
        Self { account: account.clone().lock_owned().await }
    }
}

async fn report(account: &Mutex<i64>) -> String {
    format!("balance {}", account.lock().await)
}

#[kettle::main]
async fn main() {
    let account = Arc::new(Mutex::new(100));
    let mut session = Session::open(&account).await;
    *session.account += 20;
    println!("{}", report(&account).await);
    *session.account -= 20;
}
