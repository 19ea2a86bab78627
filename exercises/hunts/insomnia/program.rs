// A kitchen that gives each order a minute, and needs a second. Then it sleeps for an hour.
//
// By the virtual clock: the hour takes no time.

use std::time::Duration;

use kettle::time::{sleep, timeout};

async fn cook(order: u32) -> u32 {
    sleep(Duration::from_secs(1)).await;
    order
}

#[kettle::main(start_paused = true)]
async fn main() {
    for order in 1..=5 {
        let served = timeout(Duration::from_secs(60), cook(order)).await;
        println!("Order {} is served.", served.expect("in time"));
    }
    sleep(Duration::from_secs(3600)).await;
    println!("It was a quiet hour. Was it?");
}
