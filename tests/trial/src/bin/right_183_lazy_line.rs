//! A game of turns: each player's next move is a future that is made in time, kept, and thrown away if the player is out.
//!
//! Right: futures of kettle's are in fields, in an `Option`, in a `Vec` and in a tuple, and are dropped unpolled with what they are
//! in. A bounded `send` is made for each spectator, and only one of them is used.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::pin::Pin;
use std::time::Duration;

use kettle::sync::{Barrier, mpsc};
use kettle::task::JoinSet;
use kettle::time::{Sleep, sleep, timeout};

struct Player {
    pause: Option<Pin<Box<Sleep>>>,
    patience: u64,
}

impl Player {
    fn new(patience: u64) -> Player {
        let pause = Some(Box::pin(sleep(Duration::from_millis(patience))));
        Player { pause, patience }
    }
}

#[kettle::main]
async fn main() {
    let mut players: Vec<Player> = [10, 20, 40].map(Player::new).into();
    players.truncate(2);
    players[1] = Player::new(5);
    for player in &mut players {
        if let Some(pause) = player.pause.take() {
            pause.await;
            println!("a move after {}", player.patience);
        }
        player.pause.replace(Box::pin(sleep(Duration::from_secs(1))));
    }
    let (say, mut said) = mpsc::channel(4);
    let mut words: Vec<_> = ["check", "mate", "hurrah"].map(|word| say.send(word)).into();
    let first = words.swap_remove(0);
    drop(words);
    first.await.unwrap();
    println!("{:?}", said.recv().await);
    let barrier = Barrier::new(2);
    let (one, other) = (barrier.wait(), barrier.wait());
    let pair = (one, other);
    println!("{}", players.len());
    drop(pair);
    let mut set = JoinSet::new();
    set.spawn(sleep(Duration::from_millis(20)));
    let ended = timeout(Duration::from_millis(500), set.join_next());
    println!("{}", ended.await.is_ok());
}
