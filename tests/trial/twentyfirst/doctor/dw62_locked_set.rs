// WRONG. A JoinSet behind a Mutex: the supervisor keeps the lock while it waits in `join_next`; a task wants the lock to spawn a helper.
// EXPECT: deadlock: supervisor waits for the JoinSet's next task with the lock; the task waits for the lock. CURE: don't hold the lock over join_next (a channel for what to spawn).
use kettle::sync::Mutex;
use kettle::task::JoinSet;
use std::sync::Arc;
use std::time::Duration;

type Tasks = Arc<Mutex<JoinSet<u32>>>;

async fn job(id: u32, tasks: Tasks) -> u32 {
    kettle::time::sleep(Duration::from_millis(20)).await;
    if id < 3 {
        tasks.lock().await.spawn(async move { id + 100 });
    }
    id
}

#[kettle::main]
async fn main() {
    let tasks = Tasks::default();
    for id in 0..3 {
        let for_job = tasks.clone();
        tasks.lock().await.spawn(job(id, for_job));
    }
    while let Some(id) = tasks.lock().await.join_next().await {
        println!("{} has ended", id.unwrap());
    }
}
