//! The task promises to stay on this thread.

use std::cell::Cell;
use std::rc::Rc;

use kettle::task::{LocalSet, spawn_local};

#[kettle::main]
async fn main() {
    let cups = Rc::new(Cell::new(0));
    let shared = Rc::clone(&cups);
    let local = LocalSet::new();
    local
        .run_until(async move {
            let task = spawn_local(async move {
                shared.set(shared.get() + 1);
            });
            task.await.unwrap();
        })
        .await;
    println!("Cups: {}", cups.get());
}
