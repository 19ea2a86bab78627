// Two tasks of a set that nobody polls for a while.
use std::time::Duration;

use kettle::task::{LocalSet, spawn_local};
use kettle::time::sleep;

async fn save() {
    sleep(Duration::from_millis(400)).await;
}

#[kettle::main]
async fn main() {
    let window = LocalSet::new();
    window
        .run_until(async {
            spawn_local(async {
                sleep(Duration::from_millis(200)).await;
            });
            spawn_local(async {
                sleep(Duration::from_millis(300)).await;
            });
            sleep(Duration::from_millis(100)).await;
        })
        .await;
    save().await;
    window.await;
}
