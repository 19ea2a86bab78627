//! Taxis wait for a call, and each driver goes home after a while.

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Notify;
use kettle::task::AbortHandle;
use kettle::time::{sleep, timeout};

async fn taxi(number: u32, patience: u64, call: Arc<Notify>) -> bool {
    let waited = timeout(Duration::from_millis(patience), call.notified()).await;
    if waited.is_ok() {
        println!("taxi {number} drives");
        sleep(Duration::from_millis(20)).await;
    }
    waited.is_ok()
}

fn look_at_the_map() {
    std::thread::sleep(Duration::from_millis(70));
}

async fn office(call: Arc<Notify>, nearest: AbortHandle) {
    sleep(Duration::from_millis(50)).await;
    call.notify_one();
    look_at_the_map();
    nearest.abort(); // his street is closed
}

#[kettle::main]
async fn main() {
    let call = Arc::new(Notify::new());
    let mut taxis = Vec::new();
    for (number, patience) in [(1, 90), (2, 30), (3, 400)] {
        taxis.push(kettle::spawn(taxi(number, patience, Arc::clone(&call))));
    }
    let first = taxis.remove(0);
    kettle::spawn(office(Arc::clone(&call), first.abort_handle()));
    println!("taxi 1 was aborted: {}", first.await.is_err());
    for taxi in taxis {
        println!("{}", taxi.await.unwrap());
    }
}
