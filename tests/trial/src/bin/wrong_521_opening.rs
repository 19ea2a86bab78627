//! A day in a market, played in no time: the clock is paused.
//! doctor: `deadlock`

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::{Notify, mpsc};
use kettle::time::{Instant, sleep, timeout};

async fn market(open: Arc<Notify>, mut visitors: mpsc::Receiver<&'static str>) {
    sleep(Duration::from_secs(5 * 60)).await; // puts up the stalls
    println!("The market is open.");
    open.notify_waiters();
    while let Some(visitor) = visitors.recv().await {
        println!("{visitor} buys apples.");
        sleep(Duration::from_secs(60)).await;
    }
}

#[kettle::main(start_paused = true)]
async fn main() {
    let morning = Instant::now();
    let open = Arc::new(Notify::new());
    let (enter, visitors) = mpsc::channel(4);
    let market = kettle::spawn(market(open.clone(), visitors));

    println!("Anna and Bert have breakfast.");
    sleep(Duration::from_secs(20 * 60)).await;

    timeout(Duration::from_secs(600), open.notified())
        .await
        .expect("the market opens within ten minutes");
    for visitor in ["Anna", "Bert"] {
        enter.send(visitor).await.expect("the market is open");
    }
    drop(enter);
    market.await.expect("no panic");
    println!("It is over after {} s.", morning.elapsed().as_secs());
}
