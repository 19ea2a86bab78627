// WRONG. The same lock-order mistake in two pairs of tasks at once (four accounts).
// EXPECT: deadlock: both circles' places (same lines), locks and tasks told right. CURE: one order.
use kettle::sync::Mutex;
use kettle::task::JoinSet;
use std::sync::Arc;
use std::time::Duration;

async fn swap(one: Arc<Mutex<u32>>, two: Arc<Mutex<u32>>) {
    let mut one = one.lock().await;
    kettle::time::sleep(Duration::from_millis(10)).await;
    let mut two = two.lock().await;
    std::mem::swap(&mut *one, &mut *two);
}

#[kettle::main]
async fn main() {
    let accounts: Vec<_> = (0..4).map(|n| Arc::new(Mutex::new(n))).collect();
    let mut swaps = JoinSet::new();
    for (a, b) in [(0, 1), (1, 0), (2, 3), (3, 2)] {
        swaps.spawn(swap(accounts[a].clone(), accounts[b].clone()));
    }
    swaps.join_all().await;
    println!("swapped");
}
