//! A task lends its own `Cell` to a function that waits.

use std::cell::Cell;
use std::time::Duration;

async fn pour(cups: &Cell<u32>) {
    kettle::time::sleep(Duration::from_millis(10)).await;
    cups.set(cups.get() + 1);
}

#[kettle::main]
async fn main() {
    let task = kettle::spawn(async {
        let cups = Cell::new(0);
        pour(&cups).await;
        cups.get()
    });
    println!("Cups: {}", task.await.unwrap());
}
