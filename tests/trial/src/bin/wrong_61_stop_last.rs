//! Three printers work from queues of their own until they are told to stop.
//!
//! Wrong: `main` waits for the printers to end before it tells them to. The two lines are in the wrong order.
//!
//! Expected: `deadlock` of `main` and the printers. The cure: send the word to stop before you wait for them.
//!
//! doctor: `deadlock`
//! ends: killed

use std::time::Duration;

use kettle::sync::{mpsc, watch};
use kettle::task::JoinSet;
use kettle::time::sleep;

struct Page(u32);

async fn print(mut pages: mpsc::Receiver<Page>, mut stop: watch::Receiver<bool>) -> u32 {
    let mut printed = 0;
    loop {
        kettle::select! {
            biased;
            Some(Page(number)) = pages.recv() => {
                sleep(Duration::from_millis(5)).await;
                printed = printed.max(number);
            }
            _ = stop.changed() => return printed,
        }
    }
}

#[kettle::main]
async fn main() {
    let (stop, stopped) = watch::channel(false);
    let mut printers = JoinSet::new();
    let mut queues = Vec::new();
    for _ in 0..3 {
        let (queue, pages) = mpsc::channel(8);
        printers.spawn(print(pages, stopped.clone()));
        queues.push(queue);
    }
    for number in 1..=12 {
        queues[number as usize % 3].send(Page(number)).await.expect("a printer");
    }

    while let Some(last) = printers.join_next().await {
        println!("last page {}", last.expect("a printer"));
    }
    stop.send(true).expect("printers");
}
