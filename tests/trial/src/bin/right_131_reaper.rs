//! Players of a game are in a shared `JoinSet`: `main` puts them in, and a reaper takes out those who have finished.
//!
//! Right: the reaper looks with `try_join_next` each 20 ms and keeps the lock for that moment only. The last player thinks
//! for two seconds.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::{Mutex, watch};
use kettle::task::JoinSet;
use kettle::time::{interval, sleep};

type Players = Arc<Mutex<JoinSet<u64>>>;

async fn play(number: u64, mut whistle: watch::Receiver<bool>) -> u64 {
    whistle.wait_for(|blown| *blown).await.expect("a referee");
    sleep(Duration::from_millis(400 * number)).await;
    number
}

async fn reap(players: Players, mut whistle: watch::Receiver<bool>) {
    let mut clock = interval(Duration::from_millis(20));
    loop {
        clock.tick().await;
        let mut players = players.lock().await;
        while let Some(player) = players.try_join_next() {
            println!("player {} has finished", player.expect("no panic"));
        }
        if players.is_empty() && *whistle.borrow_and_update() {
            return;
        }
    }
}

#[kettle::main]
async fn main() {
    let players = Players::default();
    let (whistle, heard) = watch::channel(false);
    let reaper = kettle::spawn(reap(players.clone(), heard.clone()));
    for number in 1..=5 {
        sleep(Duration::from_millis(10)).await; // the player walks onto the field
        players.lock().await.spawn(play(number, heard.clone()));
    }
    whistle.send(true).unwrap();
    reaper.await.unwrap();
}
