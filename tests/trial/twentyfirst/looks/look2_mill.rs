// A pipeline: a reader, forty millers (spawned on one line), a packer, over bounded channels. The
// packer is the slow one, so that everything waits for room.
use std::sync::Arc;
use std::time::Duration;

use kettle::sync::{Mutex, mpsc};
use kettle::task::JoinSet;
use kettle::time::sleep;

struct Sack {
    number: u32,
    kilos: u32,
}

async fn read(sacks: mpsc::Sender<Sack>) {
    for number in 0..120 {
        let sack = Sack { number, kilos: 10 + number % 7 };
        if sacks.send(sack).await.is_err() {
            return;
        }
        if number % 10 == 9 {
            sleep(Duration::from_millis(2)).await;
        }
    }
}

async fn mill(sacks: Arc<Mutex<mpsc::Receiver<Sack>>>, flour: mpsc::Sender<(u32, u32)>) {
    loop {
        let next = sacks.lock().await.recv().await;
        let Some(sack) = next else { return };
        sleep(Duration::from_millis(3 + u64::from(sack.kilos % 3))).await;
        if flour.send((sack.number, sack.kilos * 8 / 10)).await.is_err() {
            return;
        }
    }
}

async fn pack(mut flour: mpsc::Receiver<(u32, u32)>) -> u32 {
    let mut kilos = 0;
    while let Some((number, some)) = flour.recv().await {
        kilos += some;
        if number % 4 == 0 {
            sleep(Duration::from_millis(1)).await;
        }
    }
    kilos
}

#[kettle::main]
async fn main() {
    let (sacks, waiting) = mpsc::channel(8);
    let (flour, milled) = mpsc::channel(4);
    let waiting = Arc::new(Mutex::new(waiting));
    let mut millers = JoinSet::new();
    for _ in 0..40 {
        millers.spawn(mill(waiting.clone(), flour.clone()));
    }
    drop(flour);
    let reader = kettle::spawn(read(sacks));
    let packer = kettle::spawn(pack(milled));
    reader.await.unwrap();
    while let Some(miller) = millers.join_next().await {
        miller.unwrap();
    }
    println!("{} kilos of flour", packer.await.unwrap());
}
