// The tutorial's `channel`: two tasks, and messages from one to the other.

use super::play::seconds;
use super::sync::channel;
use super::{sleep, spawn};

pub(crate) async fn main() {
    let (tx, mut rx) = channel(32);

    spawn(async move {
        for i in 1..=5 {
            tx.send(format!("Message {i}")).await.expect("Failed to send");
            sleep(seconds(1.0)).await;
        }
    });

    while let Some(message) = rx.recv().await {
        println!("Received: {message}");
    }
    println!("All messages received.");
}
