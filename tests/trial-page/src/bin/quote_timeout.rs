//! A shop asks a price server by oneshot, with a timeout; the answers come one after another.
//! Where was the request of task 4 while its timeout ran?

use std::time::Duration;

use kettle::sync::{mpsc, oneshot};
use kettle::time::{sleep, timeout};

struct Request {
    item: u64,
    answer: oneshot::Sender<u64>,
}

async fn prices(mut requests: mpsc::Receiver<Request>) -> usize {
    let mut unheard = 0;
    while let Some(request) = requests.recv().await {
        sleep(Duration::from_millis(120)).await;
        if request.answer.send(request.item * 10).is_err() {
            unheard += 1;
        }
    }
    unheard
}

async fn customer(item: u64, requests: mpsc::Sender<Request>) -> Option<u64> {
    let (answer, price) = oneshot::channel();
    requests.send(Request { item, answer }).await.ok()?;
    timeout(Duration::from_millis(300), price).await.ok()?.ok()
}

#[kettle::main]
async fn main() {
    let (requests, inbox) = mpsc::channel(8);
    let server = kettle::spawn(prices(inbox));
    let mut customers = Vec::new();
    for item in 1..=3 {
        customers.push(kettle::spawn(customer(item, requests.clone())));
    }
    drop(requests);
    for customer in customers {
        println!("price {:?}", customer.await.expect("joins"));
    }
    println!("unheard {}", server.await.expect("joins"));
}
