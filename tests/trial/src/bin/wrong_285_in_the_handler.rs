//! `main` drives a server in a branch of its `select!`. The other branch's handler calls that server, and while the
//! handler waits, no one polls the server.
//!
//! doctor: `deadlock`
//! cure: spawn the server as a task of its own: a future in a `select!` goes on only while that is polled
//! ends: killed

use std::pin::pin;
use std::time::Duration;

use kettle::sync::{mpsc, oneshot};
use kettle::time::interval;

type Call = (u32, oneshot::Sender<u32>);

async fn server(mut calls: mpsc::Receiver<Call>) {
    while let Some((number, answer)) = calls.recv().await {
        let _ = answer.send(number * number);
    }
}

#[derive(Clone)]
struct Client {
    calls: mpsc::Sender<Call>,
}

impl Client {
    async fn square(&self, number: u32) -> u32 {
        let (answer, result) = oneshot::channel();
        self.calls.send((number, answer)).await.unwrap();
        result.await.unwrap()
    }
}

#[kettle::main]
async fn main() {
    let (calls, inbox) = mpsc::channel(8);
    let client = Client { calls };
    let mut server = pin!(server(inbox));
    let mut clock = interval(Duration::from_millis(50));
    for number in 0.. {
        kettle::select! {
            () = &mut server => return,
            _ = clock.tick() => println!("{}", client.square(number).await),
        }
    }
}
