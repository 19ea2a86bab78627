// Where may a task keep an `Rc`?
//
// In a `LocalSet`: its tasks stay on one thread, because the task that awaits the set polls them.
// See `docs/book/src/asked.md`.

use std::cell::Cell;
use std::rc::Rc;

use kettle::task::{LocalSet, spawn_local};

#[kettle::main]
async fn main() {
    let cups = Rc::new(Cell::new(0));
    let shared = Rc::clone(&cups);
    let set = LocalSet::new();
    set.run_until(async move {
        let task = spawn_local(async move { shared.set(shared.get() + 1) });
        task.await.unwrap();
    })
    .await;
    println!("{} cup", cups.get());
}
