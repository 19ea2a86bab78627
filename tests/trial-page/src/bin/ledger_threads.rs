//! A shop asks the ledger, which lives in a thread and a runtime of its own, to book its payments.
use kettle::runtime::Builder;
use kettle::sync::{mpsc, oneshot};
use kettle::time::{interval, sleep};
use std::collections::HashMap;
use std::time::Duration;

struct Payment {
    id: u32,
    cents: u32,
    booked: oneshot::Sender<u32>,
}

async fn book(id: u32, cents: u32, done: mpsc::Sender<(u32, u32)>) {
    sleep(Duration::from_millis(40)).await;
    let parts = 1200 / cents; // how many instalments
    done.send((id, parts)).await.unwrap();
}

async fn ledger(mut payments: mpsc::Receiver<Payment>) {
    let mut open = HashMap::new();
    let (done, mut finished) = mpsc::channel(4);
    loop {
        kettle::select! {
            payment = payments.recv() => {
                let Some(Payment { id, cents, booked }) = payment else { return };
                open.insert(id, booked);
                kettle::spawn(book(id, cents, done.clone()));
            }
            Some((id, parts)) = finished.recv() => {
                let booked: oneshot::Sender<u32> = open.remove(&id).unwrap();
                let _ = booked.send(parts);
            }
        }
    }
}

async fn blink() {
    let mut lamp = interval(Duration::from_millis(300));
    loop {
        lamp.tick().await;
    }
}

async fn shop(ledger: mpsc::Sender<Payment>) {
    kettle::spawn(blink());
    for (id, cents) in [(1, 300), (2, 50), (3, 120), (4, 1), (5, 0), (6, 80)] {
        let (booked, answer) = oneshot::channel();
        ledger.send(Payment { id, cents, booked }).await.unwrap();
        println!("payment {id}: {} instalments", answer.await.unwrap());
    }
}

fn main() {
    let (sender, payments) = mpsc::channel(2);
    let thread = std::thread::spawn(move || {
        Builder::new_current_thread().enable_all().build().unwrap().block_on(ledger(payments));
    });
    Builder::new_current_thread().enable_all().build().unwrap().block_on(shop(sender));
    thread.join().unwrap();
}
