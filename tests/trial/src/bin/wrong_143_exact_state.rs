//! A connection tells its state by a watch. A client waits until it is connected, and then sends its requests.
//!
//! Wrong: the client waits for exactly `Connected`. A watch keeps the latest value only: the connection goes on to `Ready`
//! before the client is polled, which never sees the state in between.
//!
//! Expected: `deadlock`: `main` waits for a change of the watch, and the connection for a request. The cure: wait for
//! `Connected` or later; more generally, for a condition that stays true.
//!
//! doctor: `deadlock`
//! ends: killed

use std::time::Duration;

use kettle::sync::{mpsc, watch};
use kettle::time::sleep;

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Resolving,
    Connecting,
    Connected,
    Ready,
}

async fn connection(state: watch::Sender<State>, mut requests: mpsc::Receiver<String>) -> usize {
    for step in [State::Resolving, State::Connecting] {
        state.send_replace(step);
        sleep(Duration::from_millis(15)).await;
    }
    state.send_replace(State::Connected);
    let greeting = format!("{:?}: hello", *state.borrow());
    println!("{greeting}");
    state.send_replace(State::Ready);
    let mut served = 0;
    while let Some(request) = requests.recv().await {
        sleep(Duration::from_millis(2)).await;
        served += request.len();
    }
    served
}

#[kettle::main]
async fn main() {
    let (state, mut now) = watch::channel(State::Resolving);
    let (send, requests) = mpsc::channel(8);
    let connection = kettle::spawn(connection(state, requests));
    now.wait_for(|state| *state == State::Connected).await.expect("the connection is there");
    for number in 0..10 {
        send.send(format!("request {number}")).await.expect("the connection is there");
    }
    drop(send);
    println!("{} bytes served", connection.await.unwrap());
}
