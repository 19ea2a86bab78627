//! A thread works on pictures: it takes one, tells a task what it needs, and waits on a `Condvar` until that is on the table.
//!
//! Wrong: the task puts it on the table only when it has been told twice, because it fetches in pairs. The thread tells it once at a time.
//!
//! Expected: `deadlock`: task 1 waits for a value of channel 1, whose sender is with the thread, which waits for a lock of std's; `main` waits for
//! task 1. The cure: serve what was asked (or let the thread ask for both before it waits).
//!
//! doctor: `deadlock`
//! ends: killed

use std::sync::{Arc, Condvar, Mutex};
use std::thread;

use kettle::sync::mpsc;

#[derive(Default)]
struct Table {
    tools: Mutex<Vec<u32>>,
    brought: Condvar,
}

fn work(asked: &mpsc::Sender<u32>, table: &Table) {
    for picture in 0..4 {
        asked.blocking_send(picture).unwrap();
        let tools = table.tools.lock().unwrap();
        let mut tools = table.brought.wait_while(tools, |tools| !tools.contains(&picture)).unwrap();
        tools.retain(|tool| *tool != picture);
    }
}

async fn fetch(mut asked: mpsc::Receiver<u32>, table: Arc<Table>) {
    let mut pair = Vec::new();
    while let Some(tool) = asked.recv().await {
        pair.push(tool);
        if pair.len() == 2 {
            table.tools.lock().unwrap().append(&mut pair);
            table.brought.notify_all();
        }
    }
}

#[kettle::main]
async fn main() {
    let (ask, asked) = mpsc::channel(1);
    let table = Arc::new(Table::default());
    let tools = Arc::clone(&table);
    let worker = thread::spawn(move || work(&ask, &tools));
    kettle::spawn(fetch(asked, table)).await.unwrap();
    worker.join().unwrap();
}
