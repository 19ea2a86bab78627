//! A fire station: the crews idle for seconds, until the only alarm of the night comes.
//! doctor: silence

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::{Notify, mpsc, watch};
use kettle::time::{sleep, timeout};

async fn crew(number: u32, mut alarms: mpsc::Receiver<&'static str>) -> Vec<String> {
    let mut report = Vec::new();
    while let Some(street) = alarms.recv().await {
        sleep(Duration::from_millis(30)).await;
        report.push(format!("crew {number} was in {street}"));
    }
    report
}

async fn cook(mut shift: watch::Receiver<bool>) -> &'static str {
    // There is nothing to cook until the shift ends.
    while !*shift.borrow() {
        if shift.changed().await.is_err() {
            return "the station is closed";
        }
    }
    "soup for all"
}

#[kettle::main]
async fn main() {
    let mut crews = Vec::new();
    let mut radios = Vec::new();
    for number in 1..=3 {
        let (radio, alarms) = mpsc::channel(4);
        crews.push(kettle::spawn(crew(number, alarms)));
        radios.push(radio);
    }
    let (shift, over) = watch::channel(false);
    let cook = kettle::spawn(cook(over));
    let siren = Arc::new(Notify::new());
    let dog = {
        let siren = siren.clone();
        kettle::spawn(async move {
            let slept = timeout(Duration::from_secs(10), siren.notified()).await;
            if slept.is_ok() { "woof" } else { "zzz" }
        })
    };

    sleep(Duration::from_millis(3500)).await;
    siren.notify_waiters();
    radios[1].send("Mill Lane").await.unwrap();
    println!("{}", dog.await.unwrap());
    shift.send(true).unwrap();
    println!("{}", cook.await.unwrap());
    drop(radios);
    for crew in crews {
        for line in crew.await.unwrap() {
            println!("{line}");
        }
    }
}
