//! Three harvesters fill a belt with room for one crate; the packer is slower than all of them.
//! doctor: silence

use std::time::{Duration, Instant};

use kettle::sync::mpsc;
use kettle::task::JoinSet;
use kettle::time::sleep;

struct Crate {
    field: &'static str,
    kilos: u32,
}

async fn harvest(field: &'static str, belt: mpsc::Sender<Crate>) -> Duration {
    let mut waited = Duration::ZERO;
    for round in 1..=5 {
        sleep(Duration::from_millis(5)).await;
        let full_since = Instant::now();
        belt.send(Crate { field, kilos: 10 + round }).await.ok().expect("the packer is there");
        waited += full_since.elapsed();
    }
    waited
}

async fn pack(mut belt: mpsc::Receiver<Crate>) -> u32 {
    let mut kilos = 0;
    while let Some(next) = belt.recv().await {
        sleep(Duration::from_millis(170)).await;
        kilos += next.kilos;
        println!("packed: {} kg of {}", next.kilos, next.field);
    }
    kilos
}

#[kettle::main]
async fn main() {
    let (to_belt, belt) = mpsc::channel(1);
    let mut harvesters = JoinSet::new();
    for field in ["plums", "pears", "quinces"] {
        harvesters.spawn(harvest(field, to_belt.clone()));
    }
    drop(to_belt);
    let packer = kettle::spawn(pack(belt));
    while let Some(waited) = harvesters.join_next().await {
        println!("a harvester waited for {} ms", waited.expect("no panic").as_millis());
    }
    println!("{} kg are packed.", packer.await.expect("no panic"));
}
