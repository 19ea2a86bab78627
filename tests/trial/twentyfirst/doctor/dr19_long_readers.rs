// RIGHT. Guards held long where nobody wants the lock: readers (many at a time) hold their read guards over 600 ms of awaits; a migration holds the
// write guard of a table for 700 ms while nobody waits. EXPECT: silence.
use kettle::sync::RwLock;
use std::sync::Arc;
use std::time::Duration;

#[kettle::main]
async fn main() {
    let table = Arc::new(RwLock::new(vec![1, 2, 3]));
    {
        let mut table = table.write().await;
        for i in 0..7 {
            kettle::time::sleep(Duration::from_millis(100)).await;
            table.push(i);
        }
    }
    let mut readers = Vec::new();
    for id in 0..4_usize {
        let table = table.clone();
        readers.push(kettle::spawn(async move {
            let table = table.read().await;
            kettle::time::sleep(Duration::from_millis(600)).await;
            table[id]
        }));
    }
    let mut sum = 0;
    for reader in readers {
        sum += reader.await.unwrap();
    }
    table.write().await.push(sum);
    println!("{sum}");
}
