// A guest waits ten minutes for his soup. It comes in the tenth.
//
// By the virtual clock, so that everything happens in the same order each time.

use std::time::Duration;

use kettle::sync::oneshot;
use kettle::time::{sleep, timeout};

const MINUTE: Duration = Duration::from_secs(60);

async fn cook(serve: oneshot::Sender<&'static str>) {
    sleep(10 * MINUTE).await;
    serve.send("soup").expect("the guest is there");
    println!("The cook has served, and does the washing up.");
    sleep(5 * MINUTE).await;
    println!("The cook goes home.");
}

async fn guest(order: oneshot::Receiver<&'static str>) {
    match timeout(10 * MINUTE, order).await {
        Ok(dish) => println!("The guest has his {}, just in time.", dish.expect("it was served")),
        Err(_) => println!("The guest leaves hungry."),
    }
}

#[kettle::main(start_paused = true)]
async fn main() {
    let (serve, order) = oneshot::channel();
    let cook = kettle::spawn(cook(serve));
    let guest = kettle::spawn(guest(order));
    guest.await.expect("no panic");
    cook.await.expect("no panic");
    println!("The restaurant is closed.");
}
