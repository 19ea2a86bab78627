//! A museum for three at a time closes at 130.

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Semaphore;
use kettle::time::sleep;

async fn visitor(number: u64, museum: Arc<Semaphore>) -> &'static str {
    sleep(Duration::from_millis(10 * number)).await;
    let Ok(_place) = museum.acquire().await else { return "turned away" };
    let stay = if number == 2 { 260 } else { 70 };
    sleep(Duration::from_millis(stay)).await;
    "has seen it"
}

async fn porter(museum: Arc<Semaphore>) {
    sleep(Duration::from_millis(130)).await;
    museum.close();
}

#[kettle::main]
async fn main() {
    let museum = Arc::new(Semaphore::new(3));
    let mut visitors = Vec::new();
    for number in 1..=9 {
        visitors.push(kettle::spawn(visitor(number, Arc::clone(&museum))));
    }
    kettle::spawn(porter(museum));
    for visitor in visitors {
        println!("{}", visitor.await.unwrap());
    }
}
