//! A rumour: who hears it tells others. One of them tells a lie.

use std::pin::Pin;
use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::sleep;

type Told = Pin<Box<dyn Future<Output = ()> + Send>>;

fn hear(rumour: u32, log: mpsc::UnboundedSender<u32>) -> Told {
    Box::pin(async move {
        sleep(Duration::from_millis(u64::from(rumour % 5) * 9 + 5)).await;
        let _ = log.send(rumour);
        if rumour < 40 {
            kettle::spawn(hear(rumour * 3, log.clone()));
            kettle::spawn(hear(rumour * 3 + 1, log.clone()));
        }
        if rumour == 21 {
            kettle::spawn(lie(log));
        }
    })
}

async fn lie(log: mpsc::UnboundedSender<u32>) {
    sleep(Duration::from_millis(7)).await;
    log.send(1000).expect("somebody listens");
}

#[kettle::main]
async fn main() {
    let (log, mut heard) = mpsc::unbounded_channel();
    for first in [1, 2] {
        kettle::spawn(hear(first, log.clone()));
    }
    drop(log);
    let mut all = Vec::new();
    while let Some(rumour) = heard.recv().await {
        all.push(rumour);
    }
    println!("{all:?}");
}
