//! A sorter passes parcels on to a van, and now and then looks at the clock.
//! doctor: `lost_value`

use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::{interval, sleep};

#[derive(Debug)]
struct Parcel(u32);

async fn belt(parcels: mpsc::Sender<Parcel>) {
    for n in 1..=12 {
        parcels.send(Parcel(n)).await.unwrap();
        sleep(Duration::from_millis(15)).await;
    }
}

async fn van(mut parcels: mpsc::Receiver<Parcel>) -> u32 {
    let mut loaded = 0;
    while let Some(Parcel(n)) = parcels.recv().await {
        sleep(Duration::from_millis(60)).await;
        println!("parcel {n} is in the van");
        loaded += 1;
    }
    loaded
}

async fn sort(mut from: mpsc::Receiver<Parcel>, to: mpsc::Sender<Parcel>) {
    let mut clock = interval(Duration::from_millis(40));
    let mut open = true;
    while open {
        kettle::select! {
            going_on = async {
                match from.recv().await {
                    Some(parcel) => to.send(parcel).await.is_ok(),
                    None => false,
                }
            } => open = going_on,
            _ = clock.tick() => print!("."),
        }
    }
}

#[kettle::main]
async fn main() {
    let (belt_tx, belt_rx) = mpsc::channel(4);
    let (van_tx, van_rx) = mpsc::channel(1);
    kettle::spawn(belt(belt_tx));
    kettle::spawn(sort(belt_rx, van_tx));
    let loaded = kettle::spawn(van(van_rx)).await.unwrap();
    println!("{loaded} of 12 parcels are in the van");
}
