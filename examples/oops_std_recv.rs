// Misconception 4: a task that blocks hurts only itself.
//
// What happens: the waiter calls `recv` of a channel of std's, which puts the *thread* to sleep
// until an order comes. The cook, which would send one, is a task of the same thread, and is never
// polled.
//
// The doctor: `kettle::blocking_poll`, while the poll goes on. In a debug build a thread of the
// doctor's own watches the polls.
//
// The fix: `kettle::sync::mpsc`, whose `recv` is awaited.

use std::sync::mpsc;

#[kettle::main]
async fn main() {
    let (tx, rx) = mpsc::channel();
    let waiter = kettle::spawn(async move {
        let order: &str = rx.recv().expect("the cook sends");
        println!("{order} (never printed).");
    });
    kettle::spawn(async move { tx.send("The soup is ready") });
    waiter.await.expect("no panic");
}
