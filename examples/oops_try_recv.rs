// Misconception 7: asking again and again is a way to wait.
//
// What happens: the waiter calls `try_recv` until an order is there, with no `.await` in the loop.
// So its poll never ends, and the cook, which would send the order, is never polled.
//
// The doctor: `kettle::never_yields`, while the poll goes on. In a debug build a thread of the
// doctor's own watches the polls.
//
// The fix: `rx.recv().await`, which is woken when a value comes.

use kettle::sync::mpsc;

#[kettle::main]
async fn main() {
    let (tx, mut rx) = mpsc::channel(1);
    let waiter = kettle::spawn(async move {
        loop {
            if let Ok(order) = rx.try_recv() {
                break order;
            }
        }
    });
    kettle::spawn(async move { tx.send("The soup is ready").await });
    println!("{} (never printed).", waiter.await.expect("no panic"));
}
