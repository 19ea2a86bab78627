//! A counter in an `Rc`, updated by a task of a `LocalSet`, with messages through a channel.
//!
//! The mistake: the set is never driven: no `run_until`, and nobody awaits the set. So its task is never
//! polled, and `main` waits for it.
//!
//! Expected: a hang in which `main` joins a task that has never been polled. Cure: `run_until` (or await
//! the set), nothing about locks or senders.
//!
//! doctor: `deadlock` | `lost_wakeup` | `unpolled`
//! ends: killed

use std::cell::Cell;
use std::rc::Rc;

use kettle::sync::mpsc;
use kettle::task::LocalSet;

async fn count(total: Rc<Cell<u64>>, mut numbers: mpsc::Receiver<u64>) {
    while let Some(number) = numbers.recv().await {
        total.set(total.get() + number);
    }
}

#[kettle::main]
async fn main() {
    let local = LocalSet::new();
    let total = Rc::new(Cell::new(0));
    let (numbers, inbox) = mpsc::channel(64);
    let counter = local.spawn_local(count(total.clone(), inbox));
    for number in 1..=10 {
        numbers.send(number).await.expect("there is room");
    }
    drop(numbers);
    counter.await.expect("the counter doesn't panic");
    println!("sum: {}", total.get());
}
