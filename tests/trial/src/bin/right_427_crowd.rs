//! Three thousand runners wait for the starting shot. The times come in a burst.
//! doctor: silence

use std::time::Duration;

use kettle::sync::{mpsc, watch};
use kettle::time::sleep;

struct Arrival {
    runner: u32,
    minutes: u64,
}

async fn runner(
    number: u32,
    mut shot: watch::Receiver<bool>,
    finish: mpsc::UnboundedSender<Arrival>,
) {
    if shot.wait_for(|shot| *shot).await.is_err() {
        return; // called off
    }
    let minutes = 180 + u64::from(number * 7919 % 97);
    sleep(Duration::from_millis(minutes)).await;
    for lap in 0..3 {
        let _ = finish.send(Arrival { runner: number, minutes: minutes + lap });
    }
}

#[kettle::main]
async fn main() {
    let (shot, heard) = watch::channel(false);
    let (finish, mut arrivals) = mpsc::unbounded_channel();
    for number in 0..3000 {
        kettle::spawn(runner(number, heard.clone(), finish.clone()));
    }
    drop((heard, finish));
    sleep(Duration::from_millis(2500)).await;
    shot.send(true).unwrap();
    sleep(Duration::from_millis(600)).await; // the referee finds his glasses
    println!("{} times are waiting", arrivals.len());
    let (mut count, mut best) = (0, (u64::MAX, 0));
    while let Some(Arrival { runner, minutes }) = arrivals.recv().await {
        best = best.min((minutes, runner));
        count += 1;
    }
    println!("{count} times; the best is runner {} with {}", best.1, best.0);
}
