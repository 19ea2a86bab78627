//! A gauge with a driver of its own thread: it sends the tide's height now and then.
//! doctor: silence

use std::sync::mpsc as std_mpsc;
use std::thread;
use std::time::Duration;

use kettle::sync::{mpsc, oneshot};

enum Order {
    Measure { times: u32, to: mpsc::Sender<f32> },
    Calibrate(oneshot::Sender<&'static str>),
}

/// The driver blocks, so it has a thread.
fn driver(orders: std_mpsc::Receiver<Order>) -> u32 {
    let mut measured = 0;
    for order in orders {
        match order {
            Order::Measure { times, to } => {
                for n in 0..times {
                    thread::sleep(Duration::from_millis(1_300));
                    measured += 1;
                    if to.blocking_send(1.5 + n as f32 / 4.0).is_err() {
                        break;
                    }
                }
            }
            Order::Calibrate(done) => {
                thread::sleep(Duration::from_millis(1_600));
                let _ = done.send("calibrated");
            }
        }
    }
    measured
}

#[kettle::main]
async fn main() {
    let (order, orders) = std_mpsc::channel();
    let thread = thread::spawn(move || driver(orders));

    let (done, calibrated) = oneshot::channel();
    order.send(Order::Calibrate(done)).expect("the driver runs");
    println!("The gauge is {}.", calibrated.await.expect("the driver answers"));

    let (to, mut heights) = mpsc::channel(4);
    order.send(Order::Measure { times: 3, to }).expect("the driver runs");
    while let Some(metres) = heights.recv().await {
        println!("{metres:.2} m");
    }
    drop(order);
    let measured = thread.join().expect("the driver doesn't panic");
    println!("{measured} measurements.");
}
