//! A bot plans its moves as a list of futures, and throws the plan away when the board changes.
//!
//! Right: most of the plan is never polled: `sleep`s and `send`s in a list, which is cleared, truncated or replaced.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::time::Duration;

use futures_util::future::LocalBoxFuture;
use kettle::sync::mpsc;
use kettle::time::{sleep, timeout};

fn plan(moves: &mpsc::Sender<u32>, from: u32) -> Vec<LocalBoxFuture<'_, bool>> {
    (from..from + 4)
        .map(|square| -> LocalBoxFuture<'_, bool> {
            let step = moves.send(square);
            if square % 2 == 0 {
                Box::pin(async { step.await.is_ok() })
            } else {
                let limited = timeout(Duration::from_millis(50), step);
                Box::pin(async { matches!(limited.await, Ok(Ok(()))) })
            }
        })
        .collect()
}

#[kettle::main]
async fn main() {
    let (moves, mut board) = mpsc::channel(2);
    let game = kettle::spawn(async move {
        let mut seen = Vec::new();
        while let Some(square) = board.recv().await {
            seen.push(square);
        }
        seen
    });
    for turn in 0..5 {
        let mut steps = plan(&moves, turn * 10);
        steps.truncate(3);
        for step in steps.drain(..1) {
            assert!(step.await);
        }
        sleep(Duration::from_millis(10)).await; // the board has changed
        steps.clear();
    }
    drop(moves);
    println!("{:?}", game.await.unwrap());
}
