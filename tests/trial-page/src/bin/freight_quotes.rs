//! A broker asks three hauliers what a freight costs, and tells the cheapest.
use std::time::Duration;

use kettle::sync::{broadcast, mpsc, oneshot};
use kettle::time::{sleep, timeout};

struct Broker {
    hand_in: mpsc::Sender<(&'static str, f64)>,
    handed_in: mpsc::Receiver<(&'static str, f64)>,
    hauliers: usize,
}

impl Broker {
    async fn decide(mut self, best: oneshot::Sender<(&'static str, f64)>) {
        let mut offers = Vec::new();
        while offers.len() < self.hauliers {
            offers.push(self.handed_in.recv().await.expect("I have a sender myself"));
        }
        offers.sort_by(|a, b| a.1.total_cmp(&b.1));
        let _ = best.send(offers[0]);
    }
}

async fn haulier(
    name: &'static str,
    tariff: &'static str,
    thinks: u64,
    mut freights: broadcast::Receiver<f64>,
    offer: mpsc::Sender<(&'static str, f64)>,
) {
    while let Ok(tons) = freights.recv().await {
        sleep(Duration::from_millis(thinks)).await;
        let a_ton: f64 = tariff.parse().expect("a tariff is a number");
        let _ = offer.send((name, tons * a_ton)).await;
    }
}

#[kettle::main]
async fn main() {
    let (freights, _) = broadcast::channel(4);
    let (hand_in, handed_in) = mpsc::channel(4);
    for (name, tariff, thinks) in
        [("Bergen", "14.75", 200), ("Oslo", "12,50", 350), ("Turku", "13.10", 500)]
    {
        kettle::spawn(haulier(name, tariff, thinks, freights.subscribe(), hand_in.clone()));
    }
    let (best, cheapest) = oneshot::channel();
    let broker = Broker { hand_in, handed_in, hauliers: 3 };
    println!("{} places for offers", broker.hand_in.max_capacity());
    kettle::spawn(broker.decide(best));

    sleep(Duration::from_millis(100)).await;
    freights.send(24.0).expect("hauliers listen");
    match timeout(Duration::from_millis(1500), cheapest).await {
        Ok(Ok((name, price))) => println!("{name} does it for {price}"),
        Ok(Err(_)) => println!("the broker has given up"),
        Err(_) => println!("no offer in time"),
    }
}
