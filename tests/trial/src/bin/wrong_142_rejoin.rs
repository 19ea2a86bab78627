//! Players of a game follow its announcements on a broadcast. One of them loses its connection for a moment, and goes on
//! afterwards.
//!
//! Wrong: it goes on with `resubscribe()`, which begins with what is sent from then on, and not where the receiver was. The
//! start of the game was announced before, so this player waits for it forever.
//!
//! Expected: `deadlock` of `main`, which has the sender and waits for the player, and of the player. The cure: go on with the
//! receiver itself, which has kept what was sent. (Dropping the sender would end the wait, but not play the game.)
//!
//! doctor: `deadlock`
//! ends: killed

use std::time::Duration;

use kettle::sync::broadcast;
use kettle::task::JoinSet;
use kettle::time::sleep;

#[derive(Clone, Copy, Debug, PartialEq)]
enum News {
    Joined(u32),
    Start,
    Over,
}

async fn play(number: u32, mut news: broadcast::Receiver<News>) -> u32 {
    if number == 2 {
        sleep(Duration::from_millis(60)).await; // the connection is gone
        news = news.resubscribe();
    }
    while news.recv().await != Ok(News::Start) {}
    let mut seen = 0;
    while news.recv().await != Ok(News::Over) {
        seen += 1;
    }
    seen
}

#[kettle::main]
async fn main() {
    let (announce, _) = broadcast::channel(16);
    let mut players = JoinSet::new();
    for number in 1..=3 {
        players.spawn(play(number, announce.subscribe()));
        announce.send(News::Joined(number)).expect("there are players");
        sleep(Duration::from_millis(5)).await;
    }
    announce.send(News::Start).expect("there are players");
    sleep(Duration::from_millis(100)).await;
    announce.send(News::Over).expect("there are players");
    while let Some(seen) = players.join_next().await {
        println!("a player is done; it has seen {} announcements", seen.unwrap());
    }
}
