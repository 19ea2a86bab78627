// WRONG. In a LocalSet a task is spawned to save; `run_until` ends before it has done so, and the set is dropped at main's end.
// EXPECT: cut_short (the task at its sleep) or unpolled. CURE: await the handle in run_until / `set.await`.
use kettle::task::{LocalSet, spawn_local};
use std::rc::Rc;
use std::time::Duration;

async fn save(text: Rc<String>) {
    kettle::time::sleep(Duration::from_millis(5)).await; // opens
    kettle::time::sleep(Duration::from_millis(40)).await; // writes
    println!("saved {text}");
}

#[kettle::main]
async fn main() {
    let set = LocalSet::new();
    set.run_until(async {
        let text = Rc::new("a letter".to_owned());
        spawn_local(save(text.clone()));
        kettle::time::sleep(Duration::from_millis(20)).await;
        println!("wrote {text}");
    })
    .await;
}
