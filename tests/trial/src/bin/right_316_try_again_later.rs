//! A mailer sets aside what can't be delivered at once. Each letter brings a weak sender, so that it can be put back into the queue. The clock
//! is paused.
//!
//! Right: weak senders don't keep the queue open. An answer for which `main` waits never comes, and the limit of a day is expected: it goes on.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::time::Duration;

use kettle::sync::mpsc::{self, Receiver, WeakSender};
use kettle::sync::oneshot;
use kettle::time::{sleep, timeout};

struct Letter {
    to: &'static str,
    busy: bool,
    back: WeakSender<Letter>,
}

async fn deliver(mut queue: Receiver<Letter>) -> usize {
    let mut delivered = 0;
    let mut later = Vec::new();
    while let Some(mut letter) = queue.recv().await {
        sleep(Duration::from_millis(200)).await; // the connection
        if !letter.busy {
            delivered += 1;
            continue;
        }
        letter.busy = false;
        match letter.back.upgrade() {
            Some(queue) => {
                if let Err(error) = queue.try_send(letter) {
                    later.push(error.into_inner());
                }
            }
            None => later.push(letter),
        }
    }
    for letter in later {
        sleep(Duration::from_secs(30)).await;
        println!("{} after the end of the queue", letter.to);
        delivered += 1;
    }
    delivered
}

#[kettle::main(start_paused = true)]
async fn main() {
    let (queue, letters) = mpsc::channel(4);
    let mailer = kettle::spawn(deliver(letters));
    for (to, busy) in [("ann", false), ("bob", true), ("carl", false), ("eve", true)] {
        let letter = Letter { to, busy, back: queue.downgrade() };
        queue.send(letter).await.ok().unwrap();
    }
    drop(queue);
    let delivered = timeout(Duration::from_secs(600), mailer).await.expect("ten minutes are enough");
    let (_postman, answer) = oneshot::channel::<String>();
    match timeout(Duration::from_secs(86_400), answer).await {
        Ok(answer) => println!("{answer:?}"),
        Err(_) => println!("no answer within a day; {} letters delivered", delivered.unwrap()),
    }
}
