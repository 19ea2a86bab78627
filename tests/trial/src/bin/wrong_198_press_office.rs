//! A press office sends each text to the printer. If that takes long, a line saying so goes before it.
//!
//! Wrong: the `send` that has begun keeps its place in line, and gets the first room; but while the arm of the `select!` runs, nobody
//! polls it. The second `send`, to the same channel, waits behind it for ever.
//!
//! Expected: `deadlock` of `main` in line 37: the room of the channel is for a `send` that isn't polled. The cure: drop it, or await
//! it first, or poll both.
//!
//! doctor: `deadlock`
//! ends: killed

use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::sleep;

async fn printer(mut texts: mpsc::Receiver<&'static str>) -> usize {
    let mut printed = 0;
    while let Some(text) = texts.recv().await {
        sleep(Duration::from_millis(80)).await;
        println!("{text}");
        printed += 1;
    }
    printed
}

#[kettle::main]
async fn main() {
    let (texts, waiting) = mpsc::channel(1);
    let printer = kettle::spawn(printer(waiting));
    for text in ["weather", "sports", "stocks"] {
        let sent = texts.send(text);
        let mut sent = std::pin::pin!(sent);
        kettle::select! {
            done = &mut sent => done.expect("the printer prints"),
            () = sleep(Duration::from_millis(20)) => {
                texts.send("(late)").await.expect("the printer prints");
                sent.await.expect("the printer prints");
            }
        }
    }
    drop(texts);
    println!("{} texts", printer.await.unwrap());
}
