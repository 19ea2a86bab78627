// A channel that does fill: room for two values, a sender in a hurry, a receiver that takes its
// time. (With `start_paused` the clock is the runtime's own, and jumps to the next deadline when
// nobody is ready: the program is over at once.)

use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::{Instant, sleep};

#[kettle::main(start_paused = true)]
async fn main() {
    let start = Instant::now();
    let (tx, mut rx) = mpsc::channel(2);

    kettle::spawn(async move {
        for cup in 1..=5 {
            tx.send(cup).await.expect("main receives");
            println!("{} s: cup {cup} is put on the rail", start.elapsed().as_secs());
        }
    });

    while let Some(cup) = rx.recv().await {
        println!("{} s: cup {cup} is taken off", start.elapsed().as_secs());
        sleep(Duration::from_secs(1)).await;
    }
}
