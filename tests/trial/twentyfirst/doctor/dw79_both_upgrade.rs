// WRONG. Two tasks have a read guard each and both want to write before they drop it.
// EXPECT: deadlock: both wait to write rwlock 1, both took it to read. CURE: drop the read guard before write (or take the write guard from the start).
use kettle::sync::RwLock;
use std::sync::Arc;
use std::time::Duration;

async fn add_if_missing(list: Arc<RwLock<Vec<u32>>>, n: u32) {
    let seen = list.read().await;
    kettle::time::sleep(Duration::from_millis(15)).await; // looks it up elsewhere, too
    if !seen.contains(&n) {
        list.write().await.push(n);
    }
}

#[kettle::main]
async fn main() {
    let list = Arc::new(RwLock::new(vec![1, 2]));
    let a = kettle::spawn(add_if_missing(list.clone(), 3));
    let b = kettle::spawn(add_if_missing(list.clone(), 4));
    a.await.unwrap();
    b.await.unwrap();
    println!("{:?}", list.read().await);
}
