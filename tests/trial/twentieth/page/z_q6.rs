// A collector with four feeds. At 300 ms it is told to shut down, and that takes long.
use std::time::{Duration, Instant};

use kettle::task::JoinSet;
use kettle::time::{MissedTickBehavior, interval, sleep};

fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

/// What a feed has read and not yet written.
struct Journal {
    lines: Vec<String>,
}

impl Drop for Journal {
    fn drop(&mut self) {
        for _line in &self.lines {
            std::thread::sleep(ms(40)); // a slow disk
        }
    }
}

async fn next_line(every: u64) -> String {
    sleep(ms(every)).await;
    "a line".into()
}

async fn feed(every: u64, keep: usize) {
    let mut journal = Journal { lines: Vec::new() };
    loop {
        let line = next_line(every).await;
        if journal.lines.len() < keep {
            journal.lines.push(line);
        }
    }
}

async fn heartbeat() {
    let mut beat = interval(ms(50));
    beat.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let mut last = Instant::now();
    loop {
        beat.tick().await;
        if last.elapsed() > ms(100) {
            println!("a beat came after {:?}", last.elapsed());
        }
        last = Instant::now();
    }
}

#[kettle::main]
async fn main() {
    let mut feeds = JoinSet::new();
    feeds.spawn(feed(70, 0));
    feeds.spawn(feed(25, 10));
    feeds.spawn(feed(90, 0));
    feeds.spawn(feed(120, 1));
    let beats = kettle::spawn(heartbeat());
    sleep(ms(300)).await;

    let begun = Instant::now();
    feeds.abort_all();
    while let Some(ended) = feeds.join_next().await {
        assert!(ended.unwrap_err().is_cancelled());
        println!("a feed ended after {:?}", begun.elapsed());
    }
    println!("shut down after {:?}", begun.elapsed());
    sleep(ms(120)).await;
    beats.abort();
    assert!(beats.await.is_err());
}
