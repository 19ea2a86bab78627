//! Players of a game wait in a `JoinSet` for the whistle. The set is shared: `main` puts players in, and a reaper takes out
//! those who have finished.
//!
//! Wrong: the reaper keeps the set's lock while it awaits `join_next`. `main` can't put in the last player, after whom it
//! would blow the whistle.
//!
//! Expected: `deadlock` of `main`, the reaper, and the players. The cure: don't await in the lock: `try_join_next`, or one
//! task that has the set alone and gets new players by a channel.
//!
//! doctor: `deadlock`
//! ends: killed

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::{Mutex, watch};
use kettle::task::JoinSet;
use kettle::time::sleep;

type Players = Arc<Mutex<JoinSet<u64>>>;

async fn play(number: u64, mut whistle: watch::Receiver<bool>) -> u64 {
    whistle.wait_for(|blown| *blown).await.expect("a referee");
    sleep(Duration::from_millis(10 * number)).await;
    number
}

async fn reap(players: Players) {
    loop {
        let mut playing = players.lock().await;
        match playing.join_next().await {
            Some(Ok(number)) => println!("player {number} has finished"),
            Some(Err(error)) => println!("a player fell: {error}"),
            None => return,
        }
    }
}

#[kettle::main]
async fn main() {
    let players = Players::default();
    let (whistle, heard) = watch::channel(false);
    players.lock().await.spawn(play(1, heard.clone()));
    let reaper = kettle::spawn(reap(players.clone()));
    for number in 2..=5 {
        sleep(Duration::from_millis(10)).await; // the player walks onto the field
        players.lock().await.spawn(play(number, heard.clone()));
    }
    whistle.send(true).unwrap();
    reaper.await.unwrap();
}
