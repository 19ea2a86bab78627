// WRONG. A task returns an owned write guard ("prepared table"), main keeps the handle for later and reads the table first.
// EXPECT: deadlock: main waits to read rwlock 1, taken by task 1, which has ended; the guard is in its output. CURE: await the handle first.
use kettle::sync::RwLock;
use std::sync::Arc;
use std::time::Duration;

#[kettle::main]
async fn main() {
    let table = Arc::new(RwLock::new(vec![1, 2, 3]));
    let for_task = table.clone();
    let prepared = kettle::spawn(async move {
        let mut table = for_task.write_owned().await;
        kettle::time::sleep(Duration::from_millis(10)).await;
        table.push(4);
        table
    });
    kettle::time::sleep(Duration::from_millis(30)).await;
    println!("{} rows so far", table.read().await.len());
    let mut table = prepared.await.unwrap();
    table.push(5);
    println!("{} rows", table.len());
}
