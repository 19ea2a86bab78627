//! A match is reported live. A fan with a slow connection misses goals, and asks for the score then.
//! doctor: silence

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use kettle::sync::broadcast::{self, error::RecvError};
use kettle::time::sleep;

#[derive(Clone, Debug)]
struct Goal {
    minute: u32,
}

async fn fan(mut goals: broadcast::Receiver<Goal>, score: Arc<AtomicU32>, slow: u64) -> (u32, u64) {
    let (mut seen, mut missed) = (0, 0);
    loop {
        match goals.recv().await {
            Ok(Goal { minute }) => {
                seen += 1;
                sleep(Duration::from_millis(slow)).await;
                if minute > 80 {
                    println!("late: minute {minute}");
                }
            }
            Err(RecvError::Lagged(n)) => {
                missed += n;
                println!("missed {n}, the score is {}", score.load(Ordering::Relaxed));
            }
            Err(RecvError::Closed) => return (seen, missed),
        }
    }
}

#[kettle::main]
async fn main() {
    let (goals, _) = broadcast::channel(4);
    let score = Arc::new(AtomicU32::new(0));
    let near = kettle::spawn(fan(goals.subscribe(), score.clone(), 1));
    let far = kettle::spawn(fan(goals.subscribe(), score.clone(), 120));
    for minute in (0..90).step_by(3) {
        score.fetch_add(1, Ordering::Relaxed);
        let _ = goals.send(Goal { minute });
        sleep(Duration::from_millis(25)).await;
    }
    drop(goals);
    println!("near: {:?}, far: {:?}", near.await.unwrap(), far.await.unwrap());
}
