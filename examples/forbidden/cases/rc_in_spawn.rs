//! Two tasks share a value through an `Rc`.

use std::cell::Cell;
use std::rc::Rc;

#[kettle::main]
async fn main() {
    let cups = Rc::new(Cell::new(0));
    let shared = Rc::clone(&cups);
    let task = kettle::spawn(async move {
        shared.set(shared.get() + 1);
    });
    task.await.unwrap();
    println!("Cups: {}", cups.get());
}
