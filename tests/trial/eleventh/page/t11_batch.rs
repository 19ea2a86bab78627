// Measurements are collected and written as a batch, a tenth of a second after the first at the latest. Or so it was meant.
use std::time::{Duration, Instant};

use kettle::sync::mpsc;
use kettle::time::sleep;

async fn sensor(out: mpsc::Sender<u32>) {
    for value in 1..=6 {
        out.send(value).await.unwrap();
        sleep(Duration::from_millis(60)).await;
    }
    sleep(Duration::from_secs(1)).await;
}

async fn batch(mut values: mpsc::Receiver<u32>) {
    let began = Instant::now();
    let mut batch = Vec::new();
    loop {
        kettle::select! {
            value = values.recv() => match value {
                Some(value) => batch.push(value),
                None => break,
            },
            () = sleep(Duration::from_millis(100)) => {
                println!("{} values written after {:?}", batch.len(), began.elapsed());
                break;
            }
        }
    }
}

#[kettle::main]
async fn main() {
    let (out, values) = mpsc::channel(16);
    let sensor = kettle::spawn(sensor(out));
    let writer = kettle::spawn(batch(values));
    writer.await.unwrap();
    sensor.abort();
}
