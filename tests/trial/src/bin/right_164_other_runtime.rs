//! Two runtimes, each on its own thread. The one of `main` works on orders, the other one keeps the time.
//!
//! Right: for more than a second, the runtime of `main` has neither a timer nor a socket, and waits for a channel whose sender is
//! with the other thread. There a runtime sleeps, too; but that one has a timer. Each ends the other's wait.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::thread::{self, JoinHandle};
use std::time::Duration;

use kettle::runtime::Builder;
use kettle::sync::mpsc::{self, Receiver, Sender};
use kettle::time::sleep;

#[derive(Debug)]
enum Order {
    Wait(u64),
    Stop,
}

async fn keep_time(mut orders: Receiver<Order>, bell: Sender<u64>) -> u32 {
    let mut rung = 0;
    while let Some(Order::Wait(millis)) = orders.recv().await {
        sleep(Duration::from_millis(millis)).await;
        rung += 1;
        if bell.send(millis).await.is_err() {
            break;
        }
    }
    rung
}

fn start_clock(orders: Receiver<Order>, bell: Sender<u64>) -> JoinHandle<u32> {
    thread::spawn(move || {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            // A task, as anything else of this runtime would be.
            kettle::spawn(keep_time(orders, bell)).await.unwrap()
        })
    })
}

#[kettle::main]
async fn main() {
    let (order, orders) = mpsc::channel(1);
    let (bell, mut rings) = mpsc::channel(1);
    let clock = start_clock(orders, bell);
    for millis in [30, 1400, 200] {
        order.send(Order::Wait(millis)).await.unwrap();
        assert_eq!(rings.recv().await, Some(millis));
    }
    order.send(Order::Stop).await.unwrap();
    assert_eq!(rings.recv().await, None);
    assert_eq!(clock.join().unwrap(), 3);
}
