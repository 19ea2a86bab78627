// WRONG. A `Ref` of a watch channel is kept while the new value is sent: send waits for the Ref, in the same thread.
// EXPECT: blocking_poll (a poll that never ends) of the task `raise` (a ticker waits meanwhile). CURE: copy the value out, drop the Ref.
use kettle::sync::watch;
use std::time::Duration;

async fn raise(level: watch::Sender<u32>) {
    for _ in 0..3 {
        kettle::time::sleep(Duration::from_millis(20)).await;
        let now = level.borrow();
        if *now < 10 {
            level.send_replace(*now + 1);
        }
    }
}

#[kettle::main]
async fn main() {
    let (level, mut seen) = watch::channel(0);
    let task = kettle::spawn(raise(level));
    while seen.changed().await.is_ok() {
        println!("level {}", *seen.borrow_and_update());
    }
    task.await.unwrap();
}
