//! A probe sends its measurements. While one of them waits for room, it sends a heartbeat in between.
//! doctor: `deadlock`

use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::{interval, sleep};

#[derive(Debug)]
enum Message {
    Measured(u32),
    Heartbeat,
}

async fn probe(station: mpsc::Sender<Message>) {
    let mut heart = interval(Duration::from_millis(70));
    for n in 0..10 {
        let sending = station.send(Message::Measured(n));
        kettle::pin!(sending);
        loop {
            kettle::select! {
                sent = &mut sending => {
                    sent.unwrap();
                    break;
                }
                _ = heart.tick() => station.send(Message::Heartbeat).await.unwrap(),
            }
        }
    }
}

async fn station(mut messages: mpsc::Receiver<Message>) -> u32 {
    let mut measured = 0;
    while let Some(message) = messages.recv().await {
        match message {
            Message::Measured(n) => {
                println!("measured {n}");
                measured += 1;
            }
            Message::Heartbeat => println!("(it lives)"),
        }
        sleep(Duration::from_millis(50)).await;
    }
    measured
}

#[kettle::main]
async fn main() {
    let (tx, rx) = mpsc::channel(1);
    let station = kettle::spawn(station(rx));
    kettle::spawn(probe(tx));
    println!("{} measurements", station.await.unwrap());
}
