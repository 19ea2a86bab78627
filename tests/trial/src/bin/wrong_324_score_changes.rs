//! A score board: changes come through a channel and are put into a table; the light on top blinks in the same `select!`.
//!
//! Wrong: `next_change` takes a change and then waits to write into the table, which an export reads. If the light blinks meanwhile, the
//! branch is dropped, and the change with it.
//!
//! Expected: `lost_value`: the branch with `next_change` has received and then waits for the `RwLock`. The cure: only receive in the branch,
//! and write in its handler; or lock first, then receive; or make the future once and poll it on with `&mut`.
//!
//! doctor: `lost_value`
//! ends: by itself

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::RwLock;
use kettle::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use kettle::time::{interval, sleep};

type Table = Arc<RwLock<Vec<u32>>>;

async fn play(changes: UnboundedSender<u32>) {
    for score in 0..20 {
        sleep(Duration::from_millis(100)).await;
        let _ = changes.send(score);
    }
}

async fn export(table: Table) {
    loop {
        let rows = table.read().await;
        sleep(Duration::from_millis(350)).await; // a slow disk
        drop(rows);
        sleep(Duration::from_millis(50)).await;
    }
}

async fn next_change(changes: &mut UnboundedReceiver<u32>, table: &Table) -> bool {
    let Some(score) = changes.recv().await else { return false };
    table.write().await.push(score);
    true
}

#[kettle::main]
async fn main() {
    let table = Table::default();
    let (sender, mut changes) = mpsc::unbounded_channel();
    kettle::spawn(play(sender));
    let export = kettle::spawn(export(Arc::clone(&table)));
    let mut light = interval(Duration::from_millis(40));
    let mut on = false;
    loop {
        kettle::select! {
            more = next_change(&mut changes, &table) => if !more { break },
            _ = light.tick() => on = !on,
        }
    }
    export.abort();
    println!("{} of 20 scores, the light is {on}", table.read().await.len());
}
