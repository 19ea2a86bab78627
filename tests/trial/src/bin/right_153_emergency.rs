//! A log with a queue of four. One place in it is kept free for the last words of the program, as an `OwnedPermit`; the task that
//! writes has no handle and no end.
//!
//! Right: the permit is kept from the beginning to the end, and so is a sender. The queue is therefore full with three entries,
//! and the last words find their place all the same. When `main` returns, the writer waits for the next entry.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::time::Duration;

use kettle::sync::mpsc::{self, OwnedPermit, Receiver, Sender};
use kettle::sync::oneshot;
use kettle::time::sleep;

struct Entry(String, Option<oneshot::Sender<usize>>);

struct Log {
    queue: Sender<Entry>,
    emergency: Option<OwnedPermit<Entry>>,
}

impl Log {
    async fn new() -> Log {
        let (queue, entries) = mpsc::channel(4);
        kettle::spawn(write(entries));
        let emergency = queue.clone().reserve_owned().await.ok();
        Log { queue, emergency }
    }

    async fn last_words(&mut self, text: &str) -> Option<usize> {
        let (written, all) = oneshot::channel();
        self.emergency.take()?.send(Entry(text.to_owned(), Some(written)));
        all.await.ok()
    }
}

async fn write(mut entries: Receiver<Entry>) {
    let mut count = 0;
    while let Some(Entry(text, written)) = entries.recv().await {
        sleep(Duration::from_millis(30)).await; // the disk is slow
        println!("{text}");
        count += 1;
        if let Some(written) = written {
            let _ = written.send(count);
        }
    }
}

#[kettle::main]
async fn main() {
    let mut log = Log::new().await;
    let mut refused = 0;
    for number in 0..60 {
        sleep(Duration::from_millis(12)).await;
        let entry = Entry(format!("entry {number}"), None);
        refused += usize::from(log.queue.try_send(entry).is_err());
    }
    let written = log.last_words("out of paper").await.unwrap();
    assert_eq!(written + refused, 61);
}
