//! A game server on one thread: state in `Rc<RefCell<…>>`, players as local tasks, a queue written by hand
//! with a list of wakers. Players wait for a round that begins late; two of them leave before.
//!
//! Suspicious: wakers kept in a list of the program's own, tasks aborted while theirs is in it, a future
//! polled for the sake of its side effect.
//!
//! doctor: silence

use std::cell::RefCell;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};
use std::time::Duration;

use kettle::task::{LocalSet, spawn_local};
use kettle::time::sleep;

#[derive(Default)]
struct Game {
    round: u32,
    waiting: Vec<Waker>,
}

type Shared = Rc<RefCell<Game>>;

async fn round(game: &Shared, number: u32) {
    poll_fn(|cx| {
        let mut game = game.borrow_mut();
        if game.round >= number {
            return Poll::Ready(());
        }
        if !game.waiting.iter().any(|waker| waker.will_wake(cx.waker())) {
            game.waiting.push(cx.waker().clone());
        }
        Poll::Pending
    })
    .await;
}

fn begin(game: &Shared) {
    game.borrow_mut().round += 1;
    let waiting = std::mem::take(&mut game.borrow_mut().waiting);
    waiting.into_iter().for_each(Waker::wake);
}

#[kettle::main]
async fn main() {
    let local = LocalSet::new();
    let play = local.run_until(async {
        let game = Shared::default();
        let mut players = Vec::new();
        for name in 0..6 {
            let game = game.clone();
            players.push(spawn_local(async move {
                round(&game, 1).await;
                println!("player {name} plays");
                round(&game, 2).await;
            }));
        }
        sleep(Duration::from_millis(1500)).await;
        players[1].abort();
        players[4].abort();
        begin(&game);
        sleep(Duration::from_millis(1500)).await;
        begin(&game);
        for player in players {
            println!("ended well: {}", player.await.is_ok());
        }
    });
    play.await;
}
