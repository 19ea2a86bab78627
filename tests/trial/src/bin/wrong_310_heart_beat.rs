//! A sensor sends its readings through a short queue to a slow radio. While a reading waits for room, it still sends a heart beat.
//!
//! Wrong: the heart beat is awaited inside the branch, and stands in the line behind the reading. The room that comes is the reading's, and
//! its future isn't polled meanwhile.
//!
//! Expected: `deadlock`: `main` waits at the send of the beat although there is room; it's the turn of its own send, which isn't polled; the
//! radio waits for values. The cure: don't await a send in the branch: `try_send` for the beat, a channel of its own, or drop the waiting
//! send first (take the message back).
//!
//! doctor: `deadlock`
//! ends: killed

use std::pin::pin;
use std::time::Duration;

use kettle::sync::mpsc::{self, Receiver};
use kettle::time::{MissedTickBehavior, interval, sleep};

enum Message {
    Reading(u32),
    Beat,
}

async fn radio(mut queue: Receiver<Message>) -> u32 {
    let mut sent = 0;
    while let Some(message) = queue.recv().await {
        sleep(Duration::from_millis(500)).await; // on the air
        match message {
            Message::Reading(value) => println!("reading {value}"),
            Message::Beat => println!("still there"),
        }
        sent += 1;
    }
    sent
}

#[kettle::main]
async fn main() {
    let (queue, messages) = mpsc::channel(1);
    let radio = kettle::spawn(radio(messages));
    let mut beat = interval(Duration::from_millis(100));
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for value in 0..6 {
        let mut reading = pin!(queue.send(Message::Reading(value)));
        loop {
            kettle::select! {
                sent = &mut reading => {
                    sent.ok().unwrap();
                    break;
                }
                _ = beat.tick() => queue.send(Message::Beat).await.ok().unwrap(),
            }
        }
    }
    drop(queue);
    println!("{} messages sent", radio.await.unwrap());
}
