//! Metrics are collected, and written out when the program stops.
//! doctor: `cut_short`

use std::time::Duration;

use kettle::fs::OpenOptions;
use kettle::io::AsyncWriteExt;
use kettle::sync::{mpsc, watch};
use kettle::time::sleep;

async fn collector(
    mut samples: mpsc::Receiver<u64>,
    mut stop: watch::Receiver<bool>,
) -> std::io::Result<()> {
    let mut kept = Vec::new();
    loop {
        kettle::select! {
            Some(sample) = samples.recv() => kept.push(sample),
            _ = stop.changed() => break,
        }
    }
    let path = std::env::temp_dir().join("trial14-metrics.csv");
    let mut file = OpenOptions::new().create(true).truncate(true).write(true).open(path).await?;
    for sample in &kept {
        file.write_all(format!("{sample}\n").as_bytes()).await?;
    }
    file.flush().await?;
    println!("{} samples are on the disk", kept.len());
    Ok(())
}

#[kettle::main]
async fn main() {
    let (samples, collected) = mpsc::channel(16);
    let (stop, stopped) = watch::channel(false);
    kettle::spawn(collector(collected, stopped));
    for n in 0..10 {
        samples.send(n * n).await.unwrap();
        sleep(Duration::from_millis(20)).await;
    }
    println!("stopping");
    stop.send(true).unwrap();
    sleep(Duration::from_millis(0)).await; // let the others see it
}
