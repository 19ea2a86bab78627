// Imports rows of a file into a store: reader, parser, store, with short queues between them.
use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::{Instant, sleep};

const ROWS: u32 = 60;

struct Row {
    number: u32,
    text: String,
}

struct Record {
    number: u32,
    fields: Vec<String>,
}

/// Reads a row each ten milliseconds.
async fn reader(rows: mpsc::Sender<Row>) {
    for number in 0..ROWS {
        sleep(Duration::from_millis(10)).await;
        let text = format!("{number};name {number};{}", number * 3);
        if rows.send(Row { number, text }).await.is_err() {
            return;
        }
    }
}

async fn parser(mut rows: mpsc::Receiver<Row>, records: mpsc::Sender<Record>) {
    while let Some(row) = rows.recv().await {
        let fields = row.text.split(';').map(str::to_owned).collect();
        let record = Record { number: row.number, fields };
        if records.send(record).await.is_err() {
            return;
        }
    }
}

/// From the thirtieth record on the index no longer fits into the cache.
async fn store(mut records: mpsc::Receiver<Record>) -> usize {
    let mut cells = 0;
    while let Some(record) = records.recv().await {
        let cost = if record.number < 30 { 5 } else { 50 };
        sleep(Duration::from_millis(cost)).await;
        cells += record.fields.len();
    }
    cells
}

#[kettle::main]
async fn main() {
    let started = Instant::now();
    let (to_parser, rows) = mpsc::channel(4);
    let (to_store, records) = mpsc::channel(4);
    let reading = kettle::spawn(reader(to_parser));
    let parsing = kettle::spawn(parser(rows, to_store));
    let storing = kettle::spawn(store(records));

    reading.await.unwrap();
    println!("read after {:?}", started.elapsed());
    parsing.await.unwrap();
    println!("parsed after {:?}", started.elapsed());
    let cells = storing.await.unwrap();
    println!("{cells} cells stored after {:?}", started.elapsed());
}
