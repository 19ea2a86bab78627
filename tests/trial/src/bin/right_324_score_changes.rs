//! A score board: changes come through a channel and are put into a table, which an export often reads; the light on top blinks.
//!
//! Right: the branch first waits for the table and receives last, so a blink drops nothing. At the forwarder it reserves a place first.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::RwLock;
use kettle::sync::mpsc::{self, Receiver, Sender, UnboundedReceiver};
use kettle::time::{interval, sleep};

type Table = Arc<RwLock<Vec<u32>>>;

async fn export(table: Table) {
    loop {
        let rows = table.read().await;
        sleep(Duration::from_millis(120)).await; // a slow disk
        drop(rows);
        sleep(Duration::from_millis(60)).await;
    }
}

async fn forward_one(from: &mut UnboundedReceiver<u32>, to: &Sender<u32>) -> bool {
    let Ok(place) = to.reserve().await else { return false };
    let Some(score) = from.recv().await else { return false };
    place.send(score);
    true
}

async fn forward(mut from: UnboundedReceiver<u32>, to: Sender<u32>) -> u32 {
    let mut watch_dog = interval(Duration::from_millis(15));
    let mut alive = 0;
    loop {
        kettle::select! {
            more = forward_one(&mut from, &to) => if !more { return alive },
            _ = watch_dog.tick() => alive += 1,
        }
    }
}

async fn next_change(changes: &mut Receiver<u32>, table: &Table) -> bool {
    let mut rows = table.write().await;
    let Ok(score) = changes.try_recv() else { return !changes.is_closed() };
    rows.push(score);
    true
}

#[kettle::main]
async fn main() {
    let table = Table::default();
    let (sender, scores) = mpsc::unbounded_channel();
    let (forwarded, mut changes) = mpsc::channel(2);
    let forward = kettle::spawn(forward(scores, forwarded));
    let export = kettle::spawn(export(Arc::clone(&table)));
    (0..20).for_each(|score| sender.send(score).unwrap());
    drop(sender);
    let mut light = interval(Duration::from_millis(40));
    loop {
        kettle::select! {
            more = next_change(&mut changes, &table) => if !more { break },
            _ = light.tick() => {}
        }
        sleep(Duration::from_millis(5)).await;
    }
    export.abort();
    forward.await.unwrap();
    println!("{} of 20 scores", table.read().await.len());
}
