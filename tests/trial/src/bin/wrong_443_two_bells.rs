//! The kitchen rings once for each dish. The waiter carries them out.
//! doctor: `deadlock`

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Notify;
use kettle::time::sleep;

async fn cook(dish: &'static str, minutes: u64, bell: Arc<Notify>) {
    sleep(Duration::from_millis(minutes)).await;
    println!("{dish} is ready");
    bell.notify_one();
}

async fn waiter(dishes: usize, bell: Arc<Notify>) {
    for n in 1..=dishes {
        bell.notified().await;
        sleep(Duration::from_millis(40)).await; // to the table and back
        println!("{n} of {dishes} dishes are on the table");
    }
}

#[kettle::main]
async fn main() {
    let bell = Arc::new(Notify::new());
    let menu = [("soup", 20), ("fish", 30), ("salad", 35), ("cake", 90)];
    let mut cooks = Vec::new();
    for (dish, minutes) in menu {
        cooks.push(kettle::spawn(cook(dish, minutes, bell.clone())));
    }
    let waiter = kettle::spawn(waiter(menu.len(), bell));
    for cook in cooks {
        cook.await.unwrap();
    }
    waiter.await.unwrap();
    println!("enjoy your meal");
}
