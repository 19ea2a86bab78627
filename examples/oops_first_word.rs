// Misconception 20: two tasks that talk to each other can both begin by listening.
//
// What happens: Anna waits for Bert's first word, and Bert waits for Anna's. Each would answer.
//
// The doctor: `kettle::deadlock`: both wait for a value.
//
// The fix: one of them sends before it receives.

use kettle::sync::mpsc;

#[kettle::main]
async fn main() {
    let (to_bert, mut from_anna) = mpsc::channel::<&str>(1);
    let (to_anna, mut from_bert) = mpsc::channel(1);
    let anna = kettle::spawn(async move {
        while let Some(word) = from_bert.recv().await {
            to_bert.send(word).await.expect("Bert listens");
        }
    });
    let bert = kettle::spawn(async move {
        while let Some(word) = from_anna.recv().await {
            to_anna.send(word).await.expect("Anna listens");
        }
    });
    kettle::join!(anna, bert).0.expect("no panic");
    println!("All has been said (never printed).");
}
