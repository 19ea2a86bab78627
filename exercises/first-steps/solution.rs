//! First steps: one sleep, two tasks, a channel between them.

use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::sleep;

/// Waits for `long`, and says that the water boils.
pub async fn boil(long: Duration) -> &'static str {
    sleep(long).await;
    "boiled"
}

/// Boils water in two kettles at the same time, each in a task of its own. Returns how many have
/// boiled.
pub async fn two_kettles(long: Duration) -> usize {
    // Both are spawned before the first is awaited: that is what makes them overlap.
    let kettles = [kettle::spawn(boil(long)), kettle::spawn(boil(long))];
    let mut boiled = 0;
    for kettle in kettles {
        boiled += usize::from(kettle.await.is_ok_and(|word| word == "boiled"));
    }
    boiled
}

/// A task sends the numbers 1 to `cups` through a channel; this function itself receives all of
/// them, and returns their sum.
pub async fn pour(cups: u32) -> u32 {
    let (tx, mut rx) = mpsc::channel(2);
    // The task owns the only sender. When it ends, `recv` gives `None`.
    kettle::spawn(async move {
        for cup in 1..=cups {
            if tx.send(cup).await.is_err() {
                return;
            }
        }
    });
    let mut sum = 0;
    while let Some(cup) = rx.recv().await {
        sum += cup;
    }
    sum
}
