//! A test of a game lobby, with a paused clock and a limit.
//! doctor: `deadlock`

use std::time::Duration;

use kettle::sync::{mpsc, oneshot};
use kettle::time::{sleep, timeout};

struct Join {
    player: &'static str,
    seat: oneshot::Sender<usize>,
}

/// Lets players in when three are there.
async fn lobby(mut joins: mpsc::Receiver<Join>) {
    let mut waiting = Vec::new();
    while let Some(join) = joins.recv().await {
        println!("{} is in the lobby", join.player);
        waiting.push(join);
        if waiting.len() == 3 {
            for (seat, join) in waiting.drain(..).enumerate() {
                let _ = join.seat.send(seat);
            }
        }
    }
}

async fn join(lobby: &mpsc::Sender<Join>, player: &'static str) -> usize {
    let (seat, mine) = oneshot::channel();
    lobby.send(Join { player, seat }).await.unwrap();
    mine.await.unwrap()
}

#[kettle::main(start_paused = true)]
async fn main() {
    let (joins, joined) = mpsc::channel(4);
    kettle::spawn(lobby(joined));
    let game = async {
        let mut seats = Vec::new();
        for player in ["Uma", "Vic", "Wes"] {
            sleep(Duration::from_secs(1)).await;
            seats.push(join(&joins, player).await);
        }
        seats
    };
    let seats =
        timeout(Duration::from_secs(300), game).await.expect("the game starts in five minutes");
    assert_eq!(seats, [0, 1, 2]);
}
