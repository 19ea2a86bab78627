// Belief 12: with an async mutex, a guard may be kept as long as one likes.
//
// What happens: nothing breaks, but each cook keeps the only stove while his *guests* eat. Two dinners
// that could overlap take one after another.
//
// The doctor: `kettle::guard_across_await`: which lock, taken where, kept during what, and who waited.
//
// The mend: drop the guard before the long `.await`: `drop(stove)`, or a block around what needs it.

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
