//! A press office sends each text to the printer. If that takes long, a line saying so goes after it.
//!
//! Right: the arm of the `select!` awaits the `send` that has begun before it begins another one.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::sleep;

#[kettle::main]
async fn main() {
    let (texts, mut waiting) = mpsc::channel(1);
    let printer = kettle::spawn(async move {
        let mut printed = 0;
        while let Some(text) = waiting.recv().await {
            sleep(Duration::from_millis(400)).await;
            println!("{text}");
            printed += 1;
        }
        printed
    });
    for text in ["weather", "sports", "stocks"] {
        let mut sent = std::pin::pin!(texts.send(text));
        kettle::select! {
            done = &mut sent => done.unwrap(),
            () = sleep(Duration::from_millis(20)) => {
                sent.await.unwrap();
                texts.send("(late)").await.unwrap();
            }
        }
    }
    drop(texts);
    println!("{} texts", printer.await.unwrap());
}
