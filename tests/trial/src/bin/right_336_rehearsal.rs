//! A conductor and three players. Nobody should play before all have tuned: they line up at a `Barrier`.
//!
//! Right: the conductor makes his `wait` first and awaits it after his own preparation. If the hall is dark he goes home, and his `wait` was for nothing.
//!
//! Expected: silence.
//!
//! doctor: silence
//! ends: by itself

use std::sync::Arc;

use kettle::sync::{Barrier, mpsc};
use kettle::time::{Duration, sleep};

async fn player(tuned: Arc<Barrier>, heard: mpsc::Sender<&'static str>, note: &'static str) {
    sleep(Duration::from_millis(40)).await; // tunes
    tuned.wait().await;
    let _ = heard.send(note).await;
}

async fn conduct(tuned: &Barrier, dark: bool) -> bool {
    let lined_up = tuned.wait();
    if dark {
        return false;
    }
    sleep(Duration::from_millis(10)).await;
    lined_up.await;
    println!("one, two, three");
    true
}

#[kettle::main]
async fn main() {
    let tuned = Arc::new(Barrier::new(4));
    let (hear, mut heard) = mpsc::channel(4);
    for note in ["do", "mi", "sol"] {
        kettle::spawn(player(Arc::clone(&tuned), hear.clone(), note));
    }
    drop(hear);
    for dark in [true, false] {
        if conduct(&tuned, dark).await {
            break;
        }
        sleep(Duration::from_millis(300)).await;
    }
    while let Some(note) = heard.recv().await {
        println!("{note}");
    }
}
