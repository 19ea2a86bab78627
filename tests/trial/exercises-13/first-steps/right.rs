// The deadline is computed first; the kettles are in a Vec; the sum is a loop.
use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::{Instant, sleep_until};

/// Waits for `long`, and says that the water boils.
pub async fn boil(long: Duration) -> &'static str {
    sleep_until(Instant::now() + long).await;
    "boiled"
}

/// Two kettles at the same time, each in a task of its own.
pub async fn two_kettles(long: Duration) -> usize {
    let kettles: Vec<_> = (0..2).map(|_| kettle::spawn(boil(long))).collect();
    let mut boiled = 0;
    for kettle in kettles {
        if kettle.await.unwrap() == "boiled" {
            boiled += 1;
        }
    }
    boiled
}

/// A task sends the numbers 1 to `cups`; this function receives and adds.
pub async fn pour(cups: u32) -> u32 {
    let (tx, mut rx) = mpsc::channel(2);
    kettle::spawn(async move {
        for cup in 1..=cups {
            tx.send(cup).await.unwrap();
        }
    });
    let mut sum = 0;
    while let Some(cup) = rx.recv().await {
        sum += cup;
    }
    sum
}
