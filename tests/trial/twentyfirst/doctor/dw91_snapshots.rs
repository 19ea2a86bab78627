// WRONG. A history keeps owned read guards ("snapshots") of the model in a list; after three of them main wants to write.
// EXPECT: deadlock: main waits to write rwlock 1, took it itself to read (3 times). CURE: keep clones of the value, no guards.
use kettle::sync::{OwnedRwLockReadGuard, RwLock};
use std::sync::Arc;
use std::time::Duration;

type Model = Arc<RwLock<Vec<u32>>>;

async fn snapshot(model: &Model) -> OwnedRwLockReadGuard<Vec<u32>> {
    model.clone().read_owned().await
}

#[kettle::main]
async fn main() {
    let model = Model::new(RwLock::new(vec![1]));
    let mut history = Vec::new();
    for _ in 0..3 {
        history.push(snapshot(&model).await);
        kettle::time::sleep(Duration::from_millis(5)).await;
    }
    model.write().await.push(2);
    println!("{} snapshots", history.len());
}
