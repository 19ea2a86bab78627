//! A crane: loads come all the time, and a word from the office now and then.

use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::sleep;

async fn harbour(loads: mpsc::Sender<u32>) {
    for load in 0..20 {
        sleep(Duration::from_millis(8)).await;
        let _ = loads.send(load).await;
    }
}

async fn lift(load: u32) {
    let long = if load == 4 { 60 } else { 15 };
    sleep(Duration::from_millis(long)).await;
}

async fn crane(mut loads: mpsc::Receiver<u32>, mut office: mpsc::Receiver<&'static str>) -> u32 {
    let mut lifted = 0;
    loop {
        kettle::select! {
            biased;
            Some(load) = loads.recv() => {
                lift(load).await;
                lifted += 1;
            }
            Some(word) = office.recv() => {
                println!("{word} after {lifted}");
                return lifted;
            }
            else => return lifted,
        }
    }
}

#[kettle::main]
async fn main() {
    let (load, loads) = mpsc::channel(32);
    let (word, words) = mpsc::channel(1);
    kettle::spawn(harbour(load));
    let crane = kettle::spawn(crane(loads, words));
    sleep(Duration::from_millis(50)).await;
    word.send("stop").await.expect("the crane listens");
    println!("{} lifted", crane.await.unwrap());
}
