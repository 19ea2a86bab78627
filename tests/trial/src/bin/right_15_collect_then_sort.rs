//! Sorts what comes from ten sources: the sources send through a channel without a limit for two seconds,
//! and the sorter begins to receive when the last source has ended. It needs all of it anyway.
//!
//! Suspicious: a channel without a limit that grows and grows, to ten thousands of values.
//!
//! doctor: silence

use std::time::Duration;

use kettle::sync::mpsc;
use kettle::task::JoinSet;
use kettle::time::interval;

async fn source(name: u64, numbers: mpsc::UnboundedSender<u64>) {
    let mut pages = interval(Duration::from_millis(20));
    let mut state = name;
    for _ in 0..100 {
        pages.tick().await;
        for _ in 0..20 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(name);
            let _gone = numbers.send(state >> 40);
        }
    }
}

#[kettle::main]
async fn main() {
    let (numbers, mut inbox) = mpsc::unbounded_channel();
    let mut sources: JoinSet<()> = (1..=10).map(|name| source(name, numbers.clone())).collect();
    drop(numbers);
    while sources.join_next().await.is_some() {}
    let mut all = Vec::with_capacity(inbox.len());
    while let Some(number) = inbox.recv().await {
        all.push(number);
    }
    all.sort_unstable();
    println!("{} numbers, the median is {}", all.len(), all[all.len() / 2]);
}
