//! The night shift of a factory: two presses make parts, a counter counts them, and a lamp warns
//! when the belt is full. When all is made, the lamp is switched off.
use std::time::Duration;

use kettle::sync::{mpsc, watch};
use kettle::task::JoinSet;
use kettle::time::{interval, sleep};

type Part = (u32, u32);

async fn press(number: u32, belt: mpsc::Sender<Part>) -> String {
    for part in 0..4 {
        sleep(Duration::from_millis(60 + 40 * u64::from(number))).await;
        belt.send((number, part)).await.expect("the counter counts");
    }
    format!("press {number} has made its parts")
}

async fn count(mut belt: mpsc::Receiver<Part>) -> String {
    let mut parts = 0;
    while let Some(_part) = belt.recv().await {
        parts += 1;
    }
    format!("{parts} parts tonight")
}

async fn lamp(belt: mpsc::Sender<Part>, mut off: watch::Receiver<bool>) {
    let mut look = interval(Duration::from_millis(250));
    loop {
        kettle::select! {
            _ = look.tick() => {
                if belt.capacity() == 0 {
                    println!("the belt is full!");
                }
            }
            _ = off.changed() => return,
        }
    }
}

#[kettle::main]
async fn main() {
    let (belt, parts) = mpsc::channel(3);
    let (switch, off) = watch::channel(false);
    let mut shift = JoinSet::new();
    shift.spawn(press(1, belt.clone()));
    shift.spawn(press(2, belt.clone()));
    shift.spawn(count(parts));
    let lamp = kettle::spawn(lamp(belt, off));

    while let Some(report) = shift.join_next().await {
        println!("{}", report.expect("nobody panics"));
    }
    switch.send_replace(true);
    lamp.await.expect("the lamp does not panic");
    println!("good morning");
}
