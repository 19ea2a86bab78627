//! A connection tells its state by a watch. One client waits until it is connected; a page of settings has a receiver, too,
//! which it never looks at.
//!
//! Right: the client waits for `Connected` or later, and the watch skips what comes between two polls. The receiver that is
//! kept costs nothing.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::time::Duration;

use kettle::sync::{oneshot, watch};
use kettle::time::sleep;

#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
enum State {
    Resolving,
    Connecting,
    Connected,
    Ready,
    Closed,
}

struct Settings {
    _state: watch::Receiver<State>,
    name: &'static str,
}

async fn connection(state: watch::Sender<State>, bye: oneshot::Receiver<()>) {
    for step in [State::Resolving, State::Connecting] {
        state.send_replace(step);
        sleep(Duration::from_millis(400)).await;
    }
    state.send_replace(State::Connected);
    state.send_replace(State::Ready);
    let _ = bye.await;
    state.send_replace(State::Closed);
    state.closed().await; // until no one is interested
}

#[kettle::main]
async fn main() {
    let (state, mut now) = watch::channel(State::Resolving);
    let settings = Settings { _state: now.clone(), name: "at home" };
    let (bye, comes) = oneshot::channel();
    let connection = kettle::spawn(connection(state, comes));
    let reached = *now.wait_for(|state| *state >= State::Connected).await.unwrap();
    println!("{}: {reached:?}", settings.name);
    sleep(Duration::from_millis(700)).await;
    bye.send(()).unwrap();
    now.wait_for(|state| *state == State::Closed).await.unwrap();
    drop((now, settings));
    connection.await.unwrap();
}
