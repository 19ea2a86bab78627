//! A letter office: at nine all letters of the night are sorted, each by a task, and then comes a telegram.

use std::time::{Duration, Instant};

use kettle::sync::mpsc;
use kettle::time::sleep;

/// Looks at an address, which takes half a millisecond of the processor.
fn read_address(number: u32) -> u32 {
    let begun = Instant::now();
    let mut street = number;
    while begun.elapsed() < Duration::from_micros(500) {
        street = street.wrapping_mul(1_103_515_245).wrapping_add(12_345);
    }
    street % 40
}

async fn letter(number: u32, shelves: mpsc::UnboundedSender<u32>) {
    let shelf = read_address(number);
    let _ = shelves.send(shelf);
}

async fn telegram(shelves: mpsc::UnboundedSender<u32>) {
    let _ = shelves.send(0);
    println!("the telegram is on its way");
}

async fn shelve(mut letters: mpsc::UnboundedReceiver<u32>) -> u32 {
    let mut shelved = 0;
    while letters.recv().await.is_some() {
        shelved += 1;
    }
    shelved
}

async fn office(shelves: mpsc::UnboundedSender<u32>) {
    sleep(Duration::from_millis(30)).await;
    for number in 0..300 {
        kettle::spawn(letter(number, shelves.clone()));
    }
    kettle::spawn(telegram(shelves));
}

#[kettle::main]
async fn main() {
    let (shelves, letters) = mpsc::unbounded_channel();
    let shelved = kettle::spawn(shelve(letters));
    kettle::spawn(office(shelves)).await.unwrap();
    println!("{} letters", shelved.await.unwrap());
}
