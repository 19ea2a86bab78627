//! A relay takes parcels from one belt and puts them on a slower one. Now and then it prints how it goes.
//! doctor: silence

use std::time::Duration;

use kettle::select;
use kettle::sync::mpsc;
use kettle::time::{MissedTickBehavior, interval, sleep};

struct Relay {
    incoming: mpsc::Receiver<u32>,
    outgoing: mpsc::Sender<u32>,
    /// A parcel that was taken, and for which there was no room yet.
    parked: Option<u32>,
}

impl Relay {
    /// May be dropped at any `.await`: nothing is lost. `None` when the belt has ended.
    async fn step(&mut self) -> Option<()> {
        if self.parked.is_none() {
            self.parked = Some(self.incoming.recv().await?);
        }
        let room = self.outgoing.reserve().await.ok()?;
        room.send(self.parked.take()?);
        Some(())
    }
}

#[kettle::main]
async fn main() {
    let (load, incoming) = mpsc::channel(16);
    let (outgoing, mut unload) = mpsc::channel(1);
    let van = kettle::spawn(async move {
        let mut parcels = Vec::new();
        while let Some(parcel) = unload.recv().await {
            sleep(Duration::from_millis(90)).await;
            parcels.push(parcel);
        }
        parcels
    });
    for parcel in 1..=14 {
        load.send(parcel).await.expect("the relay has the belt");
    }
    drop(load);

    let mut relay = Relay { incoming, outgoing, parked: None };
    let mut report = interval(Duration::from_millis(40));
    report.set_missed_tick_behavior(MissedTickBehavior::Skip);
    loop {
        select! {
            step = relay.step() => if step.is_none() { break },
            _ = report.tick() => println!("in the hand: {:?}", relay.parked),
        }
    }
    drop(relay);
    let parcels = van.await.expect("no panic");
    assert_eq!(parcels, (1..=14).collect::<Vec<_>>());
    println!("{} parcels are in the van.", parcels.len());
}
