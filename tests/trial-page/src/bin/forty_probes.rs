//! Forty probes measure in two phases. The station begins the second when all have reported the first.
use kettle::sync::{mpsc, watch};
use kettle::task::JoinSet;
use kettle::time::{interval, sleep};
use std::sync::Arc;
use std::time::Duration;

type Phases = Arc<watch::Sender<u8>>;

async fn probe(n: u64, phases: Phases, reports: mpsc::Sender<u64>) {
    calibrate(n).await;
    let mut phase = phases.subscribe();
    phase.changed().await.unwrap();
    measure(n).await;
    reports.send(n).await.unwrap();
    drop(reports);
    phase.changed().await.unwrap();
    measure(n).await;
}

async fn calibrate(n: u64) {
    let cold = if n % 12 == 0 { n * 20 } else { n };
    sleep(Duration::from_millis(cold)).await;
}

async fn measure(n: u64) {
    sleep(Duration::from_millis(5 + n % 3)).await;
}

async fn blink() {
    let mut lamp = interval(Duration::from_millis(400));
    loop {
        lamp.tick().await;
        println!("(lamp)");
    }
}

#[kettle::main]
async fn main() {
    kettle::spawn(blink());
    let phases: Phases = Arc::new(watch::Sender::new(0));
    let (reports, mut reported) = mpsc::channel(8);
    let mut probes = JoinSet::new();
    for n in 1..=40 {
        probes.spawn(probe(n, phases.clone(), reports.clone()));
    }
    drop(reports);
    sleep(Duration::from_millis(600)).await;
    phases.send(1).unwrap();
    for count in 1..=40 {
        reported.recv().await.unwrap();
        if count % 13 == 0 {
            println!("{count} probes have reported");
        }
    }
    phases.send(2).unwrap();
    while probes.join_next().await.is_some() {}
    println!("measured");
}
