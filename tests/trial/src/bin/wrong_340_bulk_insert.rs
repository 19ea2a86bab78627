//! A store inserts rows in bulk: `chunks` of `futures-util` makes handfuls of the requests that come over a channel. Each request is answered.
//!
//! Wrong: `chunks(4)` waits until there are four. There are two clients, and each asks again only when it has its answer.
//!
//! Expected: `deadlock`. Tasks 2 and 3 wait for their answers (oneshots), task 1 for a value of the channel that they still hold, `main` for the tasks. The cure: `ready_chunks`, or a time limit on a handful.
//!
//! doctor: `deadlock`
//! ends: killed

use std::pin::pin;

use futures_util::StreamExt;
use futures_util::stream::unfold;
use kettle::sync::{mpsc, oneshot};

type Row = (u32, oneshot::Sender<usize>);

async fn store(rows: mpsc::Receiver<Row>) -> usize {
    let rows = unfold(rows, |mut rows| async {
        let row = rows.recv().await?;
        Some((row, rows))
    });
    let mut bulks = pin!(rows.chunks(4));
    let mut stored = 0;
    while let Some(bulk) = bulks.next().await {
        for (_row, inserted) in bulk {
            stored += 1;
            let _ = inserted.send(stored);
        }
    }
    stored
}

async fn client(rows: mpsc::Sender<Row>) {
    for row in 0..3 {
        let (inserted, done) = oneshot::channel();
        assert!(rows.send((row, inserted)).await.is_ok());
        println!("row {row} is number {}", done.await.unwrap());
    }
}

#[kettle::main]
async fn main() {
    let (rows, received) = mpsc::channel(8);
    let store = kettle::spawn(store(received));
    let clients = [rows.clone(), rows].map(|rows| kettle::spawn(client(rows)));
    for client in clients {
        client.await.unwrap();
    }
    println!("{} rows", store.await.unwrap());
}
