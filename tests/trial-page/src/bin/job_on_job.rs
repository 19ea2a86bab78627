// Three pictures are decoded row by row, and encoded again, on the threads of the pool. There are two of those.

use std::thread;
use std::time::Duration;

use kettle::runtime::Builder;
use kettle::sync::mpsc;
use kettle::task::{JoinHandle, spawn_blocking};
use kettle::time::sleep;

type Row = Vec<u8>;

const ROWS: u8 = 12;

fn decode(picture: u8, rows: &mpsc::Sender<Row>) {
    for row in 0..ROWS {
        thread::sleep(Duration::from_millis(2));
        if rows.blocking_send(vec![picture ^ row; 64]).is_err() {
            return;
        }
    }
}

fn encode(mut rows: mpsc::Receiver<Row>) -> usize {
    let mut size = 0;
    while let Some(row) = rows.blocking_recv() {
        thread::sleep(Duration::from_millis(3));
        size += row.len() / 4;
    }
    size
}

/// The name of the picture is looked up before it is decoded; the encoder needs a file first.
async fn convert(picture: u8) -> usize {
    let (rows, decoded) = mpsc::channel(4);
    sleep(Duration::from_millis(10)).await;
    let decoder = spawn_blocking(move || decode(picture, &rows));
    let file = open(picture).await;
    let encoder: JoinHandle<usize> = spawn_blocking(move || encode(decoded));
    decoder.await.expect("a decoder");
    file + encoder.await.expect("an encoder")
}

async fn open(picture: u8) -> usize {
    sleep(Duration::from_millis(u64::from(picture) * 5)).await;
    16
}

async fn progress() {
    for tick in 1.. {
        sleep(Duration::from_millis(250)).await;
        println!("{} ms", tick * 250);
    }
}

fn main() {
    let runtime =
        Builder::new_current_thread().enable_all().max_blocking_threads(2).build().expect("one");
    runtime.block_on(async {
        kettle::spawn(progress());
        let pictures = [1, 2, 3].map(|picture| kettle::spawn(convert(picture)));
        for picture in pictures {
            println!("{} bytes", picture.await.expect("no panic"));
        }
    });
}
