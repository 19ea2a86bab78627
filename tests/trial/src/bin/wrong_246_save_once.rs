//! An editor saves a text half a second after it was opened, and then after each change. Changes come through a channel.
//!
//! Wrong: the one `Sleep` outside of the loop isn't reset when it has fired. From then on it is ready at once, in each round: the text is
//! saved hundred thousands of times.
//!
//! Expected: `busy_loop` of task 1 in its `select!`. The cure: `reset` it in its branch (or an `Option`, or an `interval`).
//!
//! doctor: `busy_loop`
//! ends: by itself

use std::pin::pin;
use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::sleep;

async fn edit(mut changes: mpsc::Receiver<String>) -> u32 {
    let mut text = String::new();
    let mut saved = 0;
    let mut pause = pin!(sleep(Duration::from_millis(500)));
    loop {
        kettle::select! {
            change = changes.recv() => match change {
                Some(change) => text += &change,
                None => return saved,
            },
            () = &mut pause => saved += 1,
        }
    }
}

#[kettle::main]
async fn main() {
    let (change, changes) = mpsc::channel(4);
    let editor = kettle::spawn(edit(changes));
    for word in ["It ", "was ", "a dark ", "night"] {
        sleep(Duration::from_secs(1)).await;
        let _ = change.send(word.to_owned()).await;
    }
    drop(change);
    println!("saved {} times", editor.await.unwrap());
}
