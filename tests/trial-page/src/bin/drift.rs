//! A metronome of 25 ms, and a drummer who keeps his own time.

use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::{Instant, interval, sleep};

const BEAT: Duration = Duration::from_millis(25);

async fn metronome(beats: u32) -> Duration {
    let begun = Instant::now();
    let mut clock = interval(BEAT);
    for _ in 0..beats {
        clock.tick().await;
    }
    begun.elapsed()
}

async fn drummer(beats: u32, sticks: mpsc::Sender<u32>) -> Duration {
    let begun = Instant::now();
    for beat in 0..beats {
        strike(beat, &sticks).await;
        sleep(BEAT).await;
    }
    begun.elapsed()
}

async fn strike(beat: u32, sticks: &mpsc::Sender<u32>) {
    if beat % 8 == 0 {
        sleep(Duration::from_millis(16)).await; // the cymbal is far
    }
    sticks.send(beat).await.expect("somebody listens");
}

async fn audience(mut sounds: mpsc::Receiver<u32>) -> u32 {
    let mut heard = 0;
    while let Some(beat) = sounds.recv().await {
        heard += 1;
        if beat % 6 == 5 {
            sleep(Duration::from_millis(90)).await; // claps
        }
    }
    heard
}

#[kettle::main]
async fn main() {
    let (sticks, sounds) = mpsc::channel(1);
    let audience = kettle::spawn(audience(sounds));
    let drummer = kettle::spawn(drummer(24, sticks));
    let metronome = kettle::spawn(metronome(24));
    println!("the metronome: {:?}", metronome.await.unwrap());
    println!("the drummer: {:?}", drummer.await.unwrap());
    println!("{} heard", audience.await.unwrap());
}
