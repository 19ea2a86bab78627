//! A news service: two thousand subscribers connect in the course of two seconds, each has a detached
//! task that waits for the next headline. There is none for another second and a half.
//!
//! Suspicious: the tasks of one line grow in number, none of them ends, all wait for a channel.
//!
//! doctor: silence

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use kettle::sync::broadcast;
use kettle::time::{interval, sleep};

async fn subscribe(mut news: broadcast::Receiver<&'static str>, read: Arc<AtomicUsize>) {
    while let Ok(headline) = news.recv().await {
        read.fetch_add(headline.len(), Ordering::Relaxed);
    }
}

#[kettle::main]
async fn main() {
    let (news, _) = broadcast::channel(16);
    let read = Arc::new(AtomicUsize::new(0));
    let mut visitors = interval(Duration::from_millis(10));
    for _ in 0..200 {
        visitors.tick().await;
        for _ in 0..10 {
            kettle::spawn(subscribe(news.subscribe(), read.clone()));
        }
    }
    sleep(Duration::from_millis(1500)).await;
    let subscribers = news.send("tea is ready").expect("there are subscribers");
    drop(news);
    while Arc::strong_count(&read) > 1 {
        sleep(Duration::from_millis(10)).await;
    }
    println!("{subscribers} subscribers read {} letters", read.load(Ordering::Relaxed));
}
