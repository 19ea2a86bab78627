// WRONG. A branch takes an order and then waits for the till's lock (held by another task 80 ms each time); a tick of 50 ms wins sometimes, and the order is gone.
// EXPECT: lost_value: channel 1, at the recv in the branch. CURE: recv only in the branch.
use kettle::sync::{Mutex, mpsc};
use std::sync::Arc;
use std::time::Duration;

#[kettle::main]
async fn main() {
    let till = Arc::new(Mutex::new(0));
    let (sender, mut orders) = mpsc::channel(20);
    let for_cashier = till.clone();
    let cashier = kettle::spawn(async move {
        for _ in 0..8 {
            let mut till = for_cashier.lock().await;
            kettle::time::sleep(Duration::from_millis(80)).await;
            *till += 100;
            drop(till);
            kettle::time::sleep(Duration::from_millis(5)).await;
        }
    });
    kettle::spawn(async move {
        for n in 0..15 {
            sender.send(n).await.unwrap();
            kettle::time::sleep(Duration::from_millis(25)).await;
        }
    });
    let mut tick = kettle::time::interval(Duration::from_millis(50));
    let mut booked = 0;
    loop {
        kettle::select! {
            more = async {
                let n = orders.recv().await;
                let Some(n) = n else { return false };
                *till.lock().await += n;
                booked += 1;
                true
            } => if !more { break },
            _ = tick.tick() => {}
        }
    }
    cashier.await.unwrap();
    println!("{booked} of 15 are booked");
}
