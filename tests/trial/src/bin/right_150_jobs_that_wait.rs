//! A printer is served by code that blocks: one job receives pages by `blocking_recv`, another one waits for the end of the
//! paper with `Handle::block_on`.
//!
//! Right: both jobs wait for more than a second, and `main` waits for both in the end. But it has dropped the sender and has sent
//! the word before.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::thread;
use std::time::Duration;

use kettle::runtime::Handle;
use kettle::sync::{mpsc, oneshot};
use kettle::task::spawn_blocking;
use kettle::time::{interval, sleep};

fn print(mut pages: mpsc::Receiver<String>, mut report: Option<oneshot::Sender<usize>>) -> usize {
    let mut printed = 0;
    while let Some(page) = pages.blocking_recv() {
        thread::sleep(Duration::from_millis(30)); // the printer is slow
        printed += page.lines().count();
        if printed > 4
            && let Some(report) = report.take()
        {
            let _ = report.send(printed);
        }
    }
    printed
}

#[kettle::main]
async fn main() {
    let (send, pages) = mpsc::channel(1);
    let (report, paper) = oneshot::channel();
    let printer = spawn_blocking(move || print(pages, Some(report)));
    let handle = Handle::current();
    let refill = spawn_blocking(move || {
        handle.block_on(async {
            let used = paper.await.expect("the printer reports");
            sleep(Duration::from_millis(200)).await; // to the store room and back
            used
        })
    });
    sleep(Duration::from_millis(1200)).await; // the text is still being written
    let mut clock = interval(Duration::from_millis(50));
    for page in 1..=4 {
        clock.tick().await;
        send.send(format!("page {page}\nof 4")).await.expect("the printer is there");
    }
    drop(send);
    assert_eq!(printer.await.unwrap(), 8);
    assert_eq!(refill.await.unwrap(), 6);
}
