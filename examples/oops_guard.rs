// Misconception 12: with an async mutex, a guard may be kept as long as one likes.
//
// What happens: nothing breaks, but each cook keeps the only stove while the *guests* eat. Two
// dinners that could overlap come one after the other.
//
// The doctor: `kettle::guard_across_await`: which lock, where it was taken, what the task awaited
// while it held the lock, and how many tasks waited.
//
// The fix: drop the guard before the long `.await`, with `drop(stove)` or at the end of a block.

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Mutex;
use kettle::time::sleep;

#[kettle::main]
async fn main() {
    let stove = Arc::new(Mutex::new(()));
    let cook = |name: &'static str| {
        let stove = stove.clone();
        kettle::spawn(async move {
            let _stove = stove.lock().await;
            println!("{name} cooks.");
            sleep(Duration::from_millis(500)).await; // the guests eat
            println!("{name}'s guests have eaten.");
        })
    };
    let (anna, bert) = (cook("Anna"), cook("Bert"));
    anna.await.expect("no panic");
    bert.await.expect("no panic");
}
