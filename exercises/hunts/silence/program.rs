// A guest waits a while for the order, and then sends a waiter who waits on.

use std::time::Duration;

use kettle::sync::oneshot;
use kettle::time::{sleep, timeout};

#[kettle::main]
async fn main() {
    let (serve, mut order) = oneshot::channel();
    let patience = Duration::from_millis(5);
    if timeout(patience, &mut order).await.is_err() {
        println!("It takes a while. The waiter will bring it.");
    }
    let waiter = kettle::spawn(async move {
        let dish: &str = order.await.expect("it is served");
        println!("The waiter brings {dish}.");
    });
    sleep(Duration::from_millis(5)).await;
    println!("It is ready.");
    serve.send("soup").expect("the waiter waits");
    waiter.await.expect("no panic");
    println!("It was worth the wait.");
}
