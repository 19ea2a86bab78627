//! A conveyor: one branch of a `select!` takes an egg, passes it on at once, and then paces itself.
//! doctor: silence

use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::{interval, sleep};

#[derive(Debug)]
struct Egg {
    grams: u32,
}

async fn hens(eggs: mpsc::Sender<Egg>) {
    for n in 0..20 {
        if eggs.send(Egg { grams: 50 + n % 15 }).await.is_err() {
            return;
        }
        sleep(Duration::from_millis(10)).await;
    }
}

async fn pass_on(eggs: &mut mpsc::Receiver<Egg>, boxes: &mpsc::UnboundedSender<Egg>) -> Option<()> {
    let egg = eggs.recv().await?;
    boxes.send(egg).ok()?;
    sleep(Duration::from_millis(35)).await; // the belt moves on
    Some(())
}

async fn belt(mut eggs: mpsc::Receiver<Egg>, boxes: mpsc::UnboundedSender<Egg>) -> u32 {
    let mut lamp = interval(Duration::from_millis(50));
    let mut blinks = 0;
    loop {
        kettle::select! {
            passed = pass_on(&mut eggs, &boxes) => if passed.is_none() { break },
            _ = lamp.tick() => blinks += 1,
        }
    }
    blinks
}

#[kettle::main]
async fn main() {
    let (hens_tx, eggs) = mpsc::channel(4);
    let (boxes, mut packed) = mpsc::unbounded_channel();
    kettle::spawn(hens(hens_tx));
    let belt = kettle::spawn(belt(eggs, boxes));
    let (mut count, mut grams) = (0, 0);
    while let Some(egg) = packed.recv().await {
        count += 1;
        grams += egg.grams;
    }
    println!("{count} eggs of {grams} grams; the lamp blinked {} times", belt.await.unwrap());
    assert_eq!(count, 20);
}
