// WRONG. Each request spawns a watch-dog task that waits until the request's `Notify` is told; the handler forgets to tell it.
// 300 requests a second: thousands of tasks that never end.
// EXPECT: leaked_tasks (hint): the spawn line of the watchdog. CURE: notify it / abort it / oneshot whose sender is dropped.
use kettle::sync::Notify;
use std::sync::Arc;
use std::time::Duration;

fn watch_dog(id: u32, done: Arc<Notify>) {
    kettle::spawn(async move {
        done.notified().await;
        println!("request {id} is over");
    });
}

async fn handle(id: u32) {
    let done = Arc::new(Notify::new());
    watch_dog(id, done.clone());
    kettle::time::sleep(Duration::from_millis(2)).await;
}

#[kettle::main]
async fn main() {
    for round in 0..700_u32 {
        for i in 0..6 {
            kettle::spawn(handle(round * 10 + i));
        }
        kettle::time::sleep(Duration::from_millis(8)).await;
    }
    println!("server stops");
}
