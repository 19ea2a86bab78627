//! A score board is a watch: players add their points to it, a display shows it from time to time.
//!
//! Wrong: `add` still has what `borrow` returned, a read lock, when it calls `send_modify`, which needs the write lock of the
//! same watch. The thread waits for itself.
//!
//! Expected: `blocking_poll`, of a poll that doesn't end, at the first player. The cure: let the borrowed value end before
//! the watch is changed (copy the number out, or look at it in the closure of `send_if_modified`).
//!
//! doctor: `blocking_poll`
//! ends: killed

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::watch;
use kettle::task::JoinSet;
use kettle::time::{interval, sleep};

const FULL: u32 = 40;

struct Board(watch::Sender<Vec<u32>>);

impl Board {
    fn add(&self, player: usize, points: u32) -> bool {
        let scores = self.0.borrow();
        if scores[player] + points > FULL {
            return false;
        }
        self.0.send_modify(|scores| scores[player] += points);
        true
    }
}

async fn play(player: usize, board: Arc<Board>) {
    loop {
        sleep(Duration::from_millis(10 + player as u64)).await;
        if !board.add(player, 7) {
            return;
        }
    }
}

#[kettle::main]
async fn main() {
    let (scores, shown) = watch::channel(vec![0; 4]);
    let board = Arc::new(Board(scores));
    let mut players: JoinSet<()> = (0..4).map(|player| play(player, board.clone())).collect();
    kettle::spawn(async move {
        let mut clock = interval(Duration::from_millis(20));
        loop {
            clock.tick().await;
            println!("{:?}", *shown.borrow());
        }
    });
    while players.join_next().await.is_some() {}
    println!("in the end: {:?}", *board.0.borrow());
}
