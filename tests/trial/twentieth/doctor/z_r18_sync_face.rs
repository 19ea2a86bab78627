//! A client with a blocking face, which runs its runtime only during a call. A task of its own, the dispatcher, waits for requests between the calls; the
//! caller takes 1.3 s between two calls.
//!
//! Right: nothing is to be done between the calls: the dispatcher waits for a request, and no timer runs. Near to: `idle_runtime`, `unpolled`.
//!
//! Expected: silent.

use std::thread;
use std::time::Duration;

use kettle::runtime::{Builder, Runtime};
use kettle::sync::{mpsc, oneshot};
use kettle::time::sleep;

type Request = (u32, oneshot::Sender<u32>);

struct Client {
    runtime: Runtime,
    requests: mpsc::Sender<Request>,
}

async fn dispatch(mut requests: mpsc::Receiver<Request>) {
    while let Some((number, answer)) = requests.recv().await {
        sleep(Duration::from_millis(20)).await;
        let _ = answer.send(number * number);
    }
}

impl Client {
    fn new() -> Client {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let (requests, receiver) = mpsc::channel(4);
        runtime.block_on(async { kettle::spawn(dispatch(receiver)) });
        Client { runtime, requests }
    }

    fn square(&self, number: u32) -> u32 {
        self.runtime.block_on(async {
            let (answer, there) = oneshot::channel();
            self.requests.send((number, answer)).await.unwrap();
            there.await.unwrap()
        })
    }
}

fn main() {
    let client = Client::new();
    let mut sum = 0;
    for number in 1..=3 {
        sum += client.square(number);
        thread::sleep(Duration::from_millis(1300)); // a person thinks
    }
    println!("{sum}");
}
