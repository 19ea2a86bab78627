//! A store inserts rows in bulk: `ready_chunks` of `futures-util` makes handfuls of the requests that come over a channel. Each request is answered.
//!
//! Right: `ready_chunks(4)` takes what is there, four at most.
//!
//! Expected: silence.
//!
//! doctor: silence
//! ends: by itself

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
    let mut bulks = pin!(rows.ready_chunks(4));
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
