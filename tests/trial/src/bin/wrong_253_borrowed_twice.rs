//! A board game whose state is in a `RefCell`, with its players as tasks of a `LocalSet`; an umpire counts the moves that are made.
//!
//! Wrong: a player keeps the state borrowed while it thinks, across an `.await`. The next one's `borrow_mut` panics, its task is gone without
//! a word, and the umpire waits for its moves.
//!
//! Expected: `deadlock` of `main`, which waits for a value, and the word that task 2 has panicked. The cure: don't borrow across an `.await`; look
//! at what becomes of the players.
//!
//! doctor: `deadlock`
//! ends: killed

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use kettle::sync::mpsc;
use kettle::task::LocalSet;
use kettle::time::sleep;

type Board = Rc<RefCell<Vec<u32>>>;

#[allow(clippy::await_holding_refcell_ref)]
async fn player(number: u32, board: Board, moves: mpsc::Sender<u32>) {
    for turn in 0..3 {
        sleep(Duration::from_millis(u64::from(20 * number))).await;
        let mut cells = board.borrow_mut();
        sleep(Duration::from_millis(30)).await; // thinks
        cells.push(number * 10 + turn);
        let _ = moves.send(turn).await;
    }
}

#[kettle::main]
async fn main() {
    let set = LocalSet::new();
    let board = Board::default();
    let (made, mut moves) = mpsc::channel(4);
    for number in 1..=2 {
        set.spawn_local(player(number, Rc::clone(&board), made.clone()));
    }
    let game = set.run_until(async {
        for _ in 0..6 {
            println!("{:?}", moves.recv().await);
        }
    });
    game.await;
    println!("{:?} by {} players", board.borrow(), made.strong_count());
}
