//! Both borrow it, and neither alone.

use std::cell::Cell;

async fn pour(cups: &Cell<u32>) {
    cups.set(cups.get() + 1);
}

#[kettle::main]
async fn main() {
    let cups = Cell::new(0);
    kettle::join!(pour(&cups), pour(&cups));
    println!("Cups: {}", cups.get());
}
