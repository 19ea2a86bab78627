//! Why did this never end? `main` waits for `total`, and both clients are done.

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Notify;
use kettle::sync::mpsc::{Receiver, Sender, channel};
use kettle::time::{sleep, timeout};

async fn client(sums: Sender<u64>) {
    for sum in 0..3 {
        sleep(Duration::from_millis(10)).await;
        sums.send(sum).await.expect("it is read");
    }
}

/// Sends one more when the shop closes.
async fn late(sums: Sender<u64>, closing: Arc<Notify>) {
    closing.notified().await;
    sums.send(100).await.expect("it is read");
}

async fn total(mut sums: Receiver<u64>) -> u64 {
    let mut total = 0;
    while let Some(sum) = sums.recv().await {
        total += sum;
    }
    total
}

/// `notify_waiters` keeps no call: the shop "closes" before `late` has begun to wait.
async fn shop(closing: Arc<Notify>) {
    closing.notify_waiters();
    let _ = timeout(Duration::from_millis(5), std::future::pending::<()>()).await;
}

#[kettle::main]
async fn main() {
    let closing = Arc::new(Notify::new());
    let (sums, counted) = channel(4);
    let total = kettle::spawn(total(counted));
    kettle::spawn(client(sums.clone()));
    kettle::spawn(client(sums.clone()));
    let shop = kettle::spawn(shop(Arc::clone(&closing)));
    kettle::spawn(late(sums, closing));
    shop.await.expect("a shop");
    println!("{}", total.await.expect("a sum"));
}
