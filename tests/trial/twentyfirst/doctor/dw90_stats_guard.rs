// WRONG. main keeps the guard of the statistics while it joins the tasks of a JoinSet in a loop; each task books into the statistics at its end.
// EXPECT: deadlock: main waits in join_next, holds lock 1; tasks wait for lock 1. CURE: drop the guard before the loop.
use kettle::sync::Mutex;
use kettle::task::JoinSet;
use std::sync::Arc;
use std::time::Duration;

#[kettle::main]
async fn main() {
    let stats = Arc::new(Mutex::new(Vec::new()));
    let mut set = JoinSet::new();
    for id in 0..4_u64 {
        let stats = stats.clone();
        set.spawn(async move {
            kettle::time::sleep(Duration::from_millis(20 * id)).await;
            if id > 0 {
                stats.lock().await.push(id);
            }
            id
        });
    }
    let mut all = stats.lock().await;
    while let Some(id) = set.join_next().await {
        all.push(id.unwrap() + 100);
        println!("{} has ended", all.len());
    }
    println!("{all:?}");
}
