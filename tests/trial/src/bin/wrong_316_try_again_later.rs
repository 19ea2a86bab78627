//! A mailer: what can't be delivered at once is set aside, and tried again when the queue has ended. Each letter brings a sender with it, so
//! that it can be put back into the queue. The test has a limit of ten minutes, and a paused clock.
//!
//! Wrong: the letters set aside have senders of the queue, so the queue doesn't end.
//!
//! Expected: `deadlock`, with `only a limit of 600.0 s has ended that`: task 1 waits for a value of a channel, whose senders are in what it
//! holds. The cure: a `WeakSender` in the letters, or no sender at all (drop it when the letter is set aside), or a count of open letters.
//!
//! doctor: `deadlock`
//! ends: by itself

use std::time::Duration;

use kettle::sync::mpsc::{self, Receiver, Sender};
use kettle::time::{sleep, timeout};

struct Letter {
    to: &'static str,
    busy: bool,
    back: Sender<Letter>,
}

async fn deliver(mut queue: Receiver<Letter>) -> usize {
    let mut delivered = 0;
    let mut later = Vec::new();
    while let Some(letter) = queue.recv().await {
        sleep(Duration::from_millis(200)).await; // the connection
        if letter.busy {
            later.push(letter);
        } else if letter.to.is_empty() {
            let _ = letter.back.try_send(Letter { to: "postmaster", busy: false, back: letter.back.clone() });
        } else {
            delivered += 1;
        }
    }
    for letter in later {
        sleep(Duration::from_secs(30)).await;
        println!("{} at the second try", letter.to);
        delivered += 1;
    }
    delivered
}

#[kettle::main(start_paused = true)]
async fn main() {
    let (queue, letters) = mpsc::channel(16);
    let mailer = kettle::spawn(deliver(letters));
    for (to, busy) in [("ann", false), ("bob", true), ("", false), ("eve", true)] {
        let letter = Letter { to, busy, back: queue.clone() };
        queue.send(letter).await.ok().unwrap();
    }
    drop(queue);
    let delivered = timeout(Duration::from_secs(600), mailer).await.expect("ten minutes are enough");
    println!("{} letters delivered", delivered.unwrap());
}
