//! An editor saves a text 30 ms after the last change. Its one `Sleep` is reset by each change, some thousand times, and put far into
//! the future when it has fired.
//!
//! Right: after `reset` it is polled in the next round of the `select!`.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::pin::pin;
use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::{Instant, sleep};

const NEVER: Duration = Duration::from_hours(10_000);

async fn edit(mut changes: mpsc::Receiver<u32>) -> (usize, u32) {
    let (mut text, mut saved) = (0, 0);
    let mut pause = pin!(sleep(NEVER));
    loop {
        kettle::select! {
            change = changes.recv() => match change {
                Some(_) => {
                    text += 1;
                    pause.as_mut().reset(Instant::now() + Duration::from_millis(30));
                }
                None => return (text, saved),
            },
            () = &mut pause => {
                saved += 1;
                pause.as_mut().reset(Instant::now() + NEVER);
            }
        }
    }
}

#[kettle::main]
async fn main() {
    let (change, changes) = mpsc::channel(4);
    let editor = kettle::spawn(edit(changes));
    for burst in 0..15 {
        for letter in 0..200 {
            change.send(burst * letter).await.unwrap();
        }
        sleep(Duration::from_millis(100)).await;
    }
    drop(change);
    println!("{:?}", editor.await.unwrap());
}
