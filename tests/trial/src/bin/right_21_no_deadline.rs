//! A connection with an optional deadline: without one, the branch of `select!` is `pending()`, and the
//! branch of a closed source is disabled. Requests and shutdown come late.
//!
//! Suspicious: `select!` over futures that never end, dropped futures, a receiver that is closed early.
//!
//! doctor: silence

use std::future::pending;
use std::time::Duration;

use kettle::select;
use kettle::sync::{mpsc, watch};
use kettle::time::{Instant, sleep, sleep_until};

async fn deadline(at: Option<Instant>) {
    match at {
        Some(at) => sleep_until(at).await,
        None => pending().await,
    }
}

async fn connection(
    at: Option<Instant>,
    mut requests: mpsc::Receiver<u32>,
    mut shutdown: watch::Receiver<bool>,
) -> u32 {
    let mut sum = 0;
    let mut open = true;
    loop {
        select! {
            request = requests.recv(), if open => match request {
                Some(number) => sum += number,
                None => open = false,
            },
            () = deadline(at) => return sum + 1000,
            changed = shutdown.wait_for(|stop| *stop) => {
                drop(changed);
                return sum;
            }
        }
    }
}

#[kettle::main]
async fn main() {
    let (stop, shutdown) = watch::channel(false);
    let mut connections = Vec::new();
    for at in [None, Some(Instant::now() + Duration::from_millis(1300)), None] {
        let (requests, inbox) = mpsc::channel(4);
        connections.push(kettle::spawn(connection(at, inbox, shutdown.clone())));
        kettle::spawn(async move {
            for number in 0..3 {
                sleep(Duration::from_millis(300)).await;
                let _gone = requests.send(number).await;
            }
        });
    }
    sleep(Duration::from_millis(2500)).await;
    stop.send_replace(true);
    for connection in connections {
        println!("{:?}", connection.await);
    }
}
