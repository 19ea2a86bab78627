//! A radio: it plays what comes, and its owner may switch stations or turn on an alarm clock.
//!
//! Right: branches of `select!` are made and not polled, because their condition is false, and others are dropped in each
//! round. A future that was prepared for the alarm clock is dropped without use in the end, because no alarm was set.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::pin::pin;
use std::time::Duration;

use kettle::sync::{mpsc, watch};
use kettle::time::{Instant, interval, sleep};

async fn play(
    mut songs: mpsc::Receiver<u32>,
    mut station: watch::Receiver<u32>,
    alarm: Option<Duration>,
) -> (Vec<u32>, u32) {
    let mut played = Vec::new();
    let mut switched = 0;
    let mut alarm_clock = pin!(sleep(alarm.unwrap_or_default()));
    loop {
        let volume = sleep(Duration::from_millis(4));
        kettle::select! {
            song = songs.recv(), if played.len() < 25 => match song {
                Some(song) => played.push(song),
                None => return (played, switched),
            },
            changed = station.changed(), if switched < 3 => match changed {
                Ok(()) => switched += *station.borrow_and_update(),
                Err(_) => return (played, switched),
            },
            () = volume, if played.len() % 2 == 1 && played.len() < 25 => {}
            () = alarm_clock.as_mut(), if alarm.is_some() => return (played, switched),
            else => return (played, switched),
        }
    }
}

#[kettle::main]
async fn main() {
    let (send, songs) = mpsc::channel(2);
    let (switch, station) = watch::channel(0);
    let radio = kettle::spawn(play(songs, station, None));
    let begun = Instant::now();
    let mut clock = interval(Duration::from_millis(10));
    for song in 0..25 {
        clock.tick().await;
        send.send(song).await.unwrap();
        if song % 8 == 0 {
            switch.send_replace(1);
        }
    }
    drop((send, switch));
    let (played, switched) = radio.await.unwrap();
    println!("{} songs, {switched} stations in {:?}", played.len(), begun.elapsed());
}
