// WRONG. "Wait until all workers have let go of the stop word": `stop.closed().await`, but main has kept the first receiver, too.
// EXPECT: deadlock: main waits at `closed()` for the receivers of watch 1 to go; one is left (main's own). CURE: drop the receiver (`let (stop, _)`).
use kettle::sync::watch;
use std::time::Duration;

async fn worker(mut stop: watch::Receiver<bool>) {
    let mut n = 0;
    while !*stop.borrow_and_update() {
        kettle::select! {
            _ = stop.changed() => {}
            () = kettle::time::sleep(Duration::from_millis(10)) => n += 1,
        }
    }
    println!("worker ends, {}", n > 0);
}

#[kettle::main]
async fn main() {
    let (stop, stopped) = watch::channel(false);
    for _ in 0..2 {
        kettle::spawn(worker(stopped.clone()));
    }
    kettle::time::sleep(Duration::from_millis(100)).await;
    stop.send(true).unwrap();
    stop.closed().await;
    println!("all have ended; the word was {}", *stopped.borrow());
}
