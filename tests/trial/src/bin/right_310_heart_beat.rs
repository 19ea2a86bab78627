//! A sensor sends its readings through a short queue to a slow radio. While a reading waits for room, a heart beat is sent.
//!
//! Right: the heart beat doesn't stand in the same line: if there is no room for it, the reading will show that the sensor is alive. The send
//! that waits is polled on with `&mut`.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::pin::pin;
use std::time::Duration;

use kettle::sync::mpsc::{self, Receiver};
use kettle::time::{MissedTickBehavior, interval, sleep};

enum Message {
    Reading(u32),
    Beat,
}

async fn radio(mut queue: Receiver<Message>) -> (u32, u32) {
    let (mut readings, mut sum) = (0, 0);
    while let Some(message) = queue.recv().await {
        sleep(Duration::from_millis(150)).await; // on the air
        if let Message::Reading(value) = message {
            readings += 1;
            sum += value;
        }
    }
    (readings, sum)
}

#[kettle::main]
async fn main() {
    let (queue, messages) = mpsc::channel(1);
    let radio = kettle::spawn(radio(messages));
    let mut beat = interval(Duration::from_millis(40));
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut spared = 0;
    for value in 0..6 {
        let mut reading = pin!(queue.send(Message::Reading(value)));
        loop {
            kettle::select! {
                sent = &mut reading => {
                    sent.ok().unwrap();
                    break;
                }
                _ = beat.tick() => {
                    if queue.try_send(Message::Beat).is_err() {
                        spared += 1;
                    }
                }
            }
        }
    }
    drop(queue);
    let (readings, sum) = radio.await.unwrap();
    println!("{readings} readings, {sum} in sum, some beats spared: {}", spared > 0);
}
