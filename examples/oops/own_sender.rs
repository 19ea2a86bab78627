// Belief 20: a channel ends when nobody sends any more.
//
// What happens: two guests order and go, their senders with them. But `tx`, from which theirs were
// cloned, is `main`'s own: it lives until the end of `main`, which waits for the channel to end.
//
// The doctor: `kettle::deadlock`: main waits for a value, and one sender is left.
//
// The mend: `drop(tx);` before the loop.

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
