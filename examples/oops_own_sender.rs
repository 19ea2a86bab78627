// Misconception 20: a channel ends when the last value has been sent.
//
// What happens: two guests order and leave, and their senders are dropped. But `main` still has
// `tx`, from which theirs were cloned. It lives until the end of `main`, and `main` waits for the
// channel to end.
//
// The doctor: `kettle::deadlock`: `main` waits for a value, and one sender is left.
//
// The fix: `drop(tx);` before the loop.

use kettle::sync::mpsc;

#[kettle::main]
async fn main() {
    let (tx, mut rx) = mpsc::channel(4);
    for guest in ["Anna", "Bert"] {
        let tx = tx.clone();
        kettle::spawn(async move {
            tx.send(format!("{guest} takes tea.")).await.expect("main receives");
        });
    }
    while let Some(order) = rx.recv().await {
        println!("{order}");
    }
    println!("Everybody is served (never printed).");
}
