//! A conductor and three players. Nobody should play before all have tuned: they line up at a `Barrier`.
//!
//! Wrong: the conductor doesn't await his `wait`; he begins at once, and the players wait for him until the end of the program.
//!
//! Expected: `unpolled` of the `wait` that is bound to `_lined_up`. The cure: `.await` it.
//!
//! doctor: `unpolled`
//! ends: by itself

use std::sync::Arc;

use kettle::sync::{Barrier, mpsc};
use kettle::time::{Duration, sleep, timeout};

async fn player(tuned: Arc<Barrier>, heard: mpsc::Sender<&'static str>, note: &'static str) {
    sleep(Duration::from_millis(40)).await; // tunes
    tuned.wait().await;
    let _ = heard.send(note).await;
}

async fn conduct(tuned: &Barrier) {
    let _lined_up = tuned.wait();
    println!("one, two, three");
    sleep(Duration::from_millis(10)).await;
}

#[kettle::main]
async fn main() {
    let tuned = Arc::new(Barrier::new(4));
    let (hear, mut heard) = mpsc::channel(4);
    for note in ["do", "mi", "sol"] {
        kettle::spawn(player(Arc::clone(&tuned), hear.clone(), note));
    }
    drop(hear);
    conduct(&tuned).await;
    while let Ok(Some(note)) = timeout(Duration::from_millis(500), heard.recv()).await {
        println!("{note}");
    }
}
