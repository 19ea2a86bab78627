// WRONG. Three workers do a part each and tell the semaphore ("one more is done"); `main` waits for three permits. One worker panics
// (index out of bounds), nobody looks at its handle.
// EXPECT: deadlock: main waits for 3 permits at `acquire_many(3)`; 2 available; the panicked task is named. CURE: await handles / permit in a drop guard.
use kettle::sync::Semaphore;
use std::sync::Arc;
use std::time::Duration;

async fn part(index: usize, data: Arc<Vec<u32>>, done: Arc<Semaphore>) {
    kettle::time::sleep(Duration::from_millis(10)).await;
    let sum: u32 = data[index * 4..(index + 1) * 4].iter().sum();
    println!("part {index}: {sum}");
    done.add_permits(1);
}

#[kettle::main]
async fn main() {
    let data = Arc::new((0..11).collect::<Vec<u32>>());
    let done = Arc::new(Semaphore::new(0));
    for index in 0..3 {
        kettle::spawn(part(index, data.clone(), done.clone()));
    }
    let _all = done.acquire_many(3).await.unwrap();
    println!("all parts are done");
}
