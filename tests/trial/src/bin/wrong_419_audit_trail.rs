//! A safe that writes down who opened it.
//! doctor: `unpolled`

use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::sleep;

#[derive(Debug)]
struct Entry {
    who: String,
    what: &'static str,
}

struct Safe {
    audit: mpsc::Sender<Entry>,
    gold: u32,
}

impl Safe {
    async fn take(&mut self, who: &str, bars: u32) -> Option<u32> {
        let _ = self.audit.send(Entry { who: who.into(), what: "opens the safe" });
        sleep(Duration::from_millis(20)).await;
        self.gold = self.gold.checked_sub(bars)?;
        Some(bars)
    }
}

async fn clerk(mut entries: mpsc::Receiver<Entry>) -> usize {
    let mut book = Vec::new();
    while let Some(entry) = entries.recv().await {
        println!("{} {}", entry.who, entry.what);
        book.push(entry);
    }
    book.len()
}

#[kettle::main]
async fn main() {
    let (audit, entries) = mpsc::channel(8);
    let clerk = kettle::spawn(clerk(entries));
    let mut safe = Safe { audit, gold: 10 };
    for (who, bars) in [("Ida", 3), ("Jon", 4), ("Kim", 5)] {
        match safe.take(who, bars).await {
            Some(bars) => println!("{who} has {bars} bars"),
            None => println!("{who} came too late"),
        }
    }
    drop(safe);
    println!("{} entries in the book", clerk.await.unwrap());
}
