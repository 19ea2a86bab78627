//! A weather balloon: a reading each 20 ms, and a radio that now and then has to be tuned.

use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::sleep;

async fn radio(mut readings: mpsc::Receiver<u32>) -> u32 {
    let mut sent = 0;
    while let Some(reading) = readings.recv().await {
        sleep(Duration::from_millis(4)).await;
        sent += 1;
        if reading == 4 {
            sleep(Duration::from_millis(165)).await; // is tuned
        }
    }
    sent
}

async fn sensor(readings: mpsc::Sender<u32>) -> Vec<u32> {
    let mut lost = Vec::new();
    for reading in 0..16 {
        sleep(Duration::from_millis(20)).await;
        let limit = Duration::from_millis(30);
        if readings.send_timeout(reading, limit).await.is_err() {
            lost.push(reading);
        }
    }
    lost
}

#[kettle::main]
async fn main() {
    let (reading, readings) = mpsc::channel(2);
    let radio = kettle::spawn(radio(readings));
    let lost = sensor(reading).await;
    println!("{} sent, lost: {lost:?}", radio.await.unwrap());
}
