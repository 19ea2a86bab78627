//! A newsroom: reporters send in their lines, and the desk goes home when the last one has hung up.

use std::time::Duration;

use kettle::sync::mpsc::{self, Sender, WeakSender};
use kettle::time::sleep;

async fn reporter(name: u64, desk: Sender<u64>) {
    for line in 0..name {
        sleep(Duration::from_millis(25)).await;
        desk.send(line).await.unwrap();
    }
}

async fn stringer(desk: WeakSender<u64>) {
    sleep(Duration::from_millis(60)).await;
    let Some(desk) = desk.upgrade() else { return };
    desk.send(99).await.unwrap();
    sleep(Duration::from_millis(170)).await; // has a coffee
}

async fn desk(mut lines: mpsc::Receiver<u64>) -> usize {
    let mut paper = Vec::new();
    while let Some(line) = lines.recv().await {
        paper.push(line);
    }
    paper.len()
}

#[kettle::main]
async fn main() {
    let (send, lines) = mpsc::channel(8);
    let desk = kettle::spawn(desk(lines));
    for name in [2, 4, 3] {
        kettle::spawn(reporter(name, send.clone()));
    }
    kettle::spawn(stringer(send.downgrade()));
    drop(send);
    println!("{} lines", desk.await.unwrap());
}
