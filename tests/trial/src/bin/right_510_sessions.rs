//! A thousand and five hundred guests are logged in and say nothing, until the server closes.
//! doctor: silence

use std::time::Duration;

use kettle::sync::{mpsc, watch};
use kettle::time::sleep;

#[derive(Clone, Copy, PartialEq)]
enum State {
    Open,
    Closed,
}

async fn session(guest: u32, mut state: watch::Receiver<State>, _alive: mpsc::Sender<()>) {
    if state.wait_for(|state| *state == State::Closed).await.is_ok() && guest % 500 == 0 {
        println!("guest {guest} is logged out");
    }
}

#[kettle::main]
async fn main() {
    let (server, state) = watch::channel(State::Open);
    let (alive, mut all_gone) = mpsc::channel(1);
    for guest in 1..=1_500 {
        kettle::spawn(session(guest, state.clone(), alive.clone()));
    }
    drop((state, alive));
    println!("1500 guests.");

    for hour in 1..=5 {
        sleep(Duration::from_millis(500)).await;
        println!("{hour} o'clock, all is quiet.");
    }
    server.send(State::Closed).ok().expect("the guests listen");
    assert!(all_gone.recv().await.is_none()); // each guest has dropped its sender
    println!("The server is closed.");
}
