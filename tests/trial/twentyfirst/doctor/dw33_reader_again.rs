// WRONG. A reader that calls a helper which reads again while a writer waits in the queue between (RwLock is fair): reader waits for the writer, the writer for the reader's first guard.
// A ticker goes on meanwhile. EXPECT: deadlock (warning with "if"): task of report() waits to read at `total`, holds its first read guard; the writer waits. CURE: pass the guard / drop it.
use kettle::sync::RwLock;
use std::sync::Arc;
use std::time::Duration;

type Orders = Arc<RwLock<Vec<u32>>>;

async fn total(orders: &Orders) -> u32 {
    orders.read().await.iter().sum()
}

async fn report(orders: Orders) -> String {
    let all = orders.read().await;
    kettle::time::sleep(Duration::from_millis(30)).await; // formats a page
    let sum = total(&orders).await;
    format!("{} orders, {sum} in all", all.len())
}

async fn take(orders: Orders) {
    kettle::time::sleep(Duration::from_millis(10)).await;
    orders.write().await.push(5);
}

#[kettle::main]
async fn main() {
    let orders = Orders::new(RwLock::new(vec![1, 2, 3]));
    let clock = kettle::spawn(async {
        let mut tick = kettle::time::interval(Duration::from_millis(200));
        loop {
            tick.tick().await;
        }
    });
    let waiter = kettle::spawn(take(orders.clone()));
    let reporter = kettle::spawn(report(orders.clone()));
    waiter.await.unwrap();
    println!("{}", reporter.await.unwrap());
    clock.abort();
}
