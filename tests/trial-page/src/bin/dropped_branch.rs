//! Seven letters were posted, and three pairs should have come of six. Two did. What did a dropped branch lose?

use std::time::Duration;

use kettle::sync::mpsc::{Receiver, Sender, channel};
use kettle::time::{Instant, interval_at, sleep};

async fn post(letters: Sender<u32>) {
    for (letter, wait) in [(1, 10), (2, 10), (3, 20), (4, 50), (5, 10), (6, 20), (7, 20)] {
        sleep(Duration::from_millis(wait)).await;
        letters.send(letter).await.expect("a box");
    }
}

/// Not cancel-safe: it has a letter in its hand while it waits for the other.
async fn pair(letters: &mut Receiver<u32>) -> Option<(u32, u32)> {
    let left = letters.recv().await?;
    let right = letters.recv().await?;
    Some((left, right))
}

#[kettle::main]
async fn main() {
    let (post_box, mut letters) = channel(8);
    kettle::spawn(post(post_box));
    let period = Duration::from_millis(65);
    let mut clean = interval_at(Instant::now() + period, period);
    loop {
        kettle::select! {
            both = pair(&mut letters) => match both {
                Some(both) => println!("{both:?}"),
                None => break,
            },
            _ = clean.tick() => println!("the floor is swept"),
        }
    }
}
