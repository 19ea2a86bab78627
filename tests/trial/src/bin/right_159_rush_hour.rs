//! Passengers come in crowds, when a train arrives, and go through one gate, one after the other.
//!
//! Right: the channel has no limit, and holds thousands of passengers at times. But it only grows in the moment when a train
//! arrives, and the gate works it off before the next one.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::time::Duration;

use kettle::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use kettle::time::{Instant, sleep};

const CROWD: u32 = 6_000;
const TRAINS: u32 = 3;

struct Passenger {
    ticket: u32,
    came: Instant,
}

async fn gate(mut passengers: UnboundedReceiver<Passenger>) -> (u64, Duration) {
    let (mut tickets, mut longest) = (0, Duration::ZERO);
    let mut group = Vec::new();
    while passengers.recv_many(&mut group, 30).await > 0 {
        sleep(Duration::from_millis(2)).await; // the gate opens and closes
        for passenger in group.drain(..) {
            tickets += u64::from(passenger.ticket);
            longest = longest.max(passenger.came.elapsed());
        }
    }
    (tickets, longest)
}

async fn trains(platform: UnboundedSender<Passenger>) {
    for train in 0..TRAINS {
        for number in 0..CROWD {
            let ticket = train * CROWD + number;
            let _ = platform.send(Passenger { ticket, came: Instant::now() });
        }
        sleep(Duration::from_millis(1500)).await; // until the next one
    }
}

#[kettle::main]
async fn main() {
    let (platform, passengers) = mpsc::unbounded_channel();
    let gate = kettle::spawn(gate(passengers));
    trains(platform).await;
    let (tickets, longest) = gate.await.unwrap();
    let all = u64::from(TRAINS * CROWD);
    assert_eq!(tickets, all * (all - 1) / 2);
    println!("the longest wait: {longest:?}");
}
