// WRONG. `notify_waiters()` is called before the runners wait (they warm up first): it stores no permit, so it is lost.
// EXPECT: deadlock: runners wait at `notified()`; main awaits them (JoinSet). CURE: enable the Notified before / a watch / Barrier.
use kettle::sync::Notify;
use kettle::task::JoinSet;
use std::sync::Arc;
use std::time::Duration;

async fn run(number: u64, gun: Arc<Notify>) -> u64 {
    kettle::time::sleep(Duration::from_millis(10 * number)).await; // warms up
    gun.notified().await;
    number
}

#[kettle::main]
async fn main() {
    let gun = Arc::new(Notify::new());
    let mut race = JoinSet::new();
    for number in 1..=4 {
        race.spawn(run(number, gun.clone()));
    }
    kettle::time::sleep(Duration::from_millis(5)).await;
    gun.notify_waiters();
    while let Some(number) = race.join_next().await {
        println!("{} is there", number.unwrap());
    }
}
