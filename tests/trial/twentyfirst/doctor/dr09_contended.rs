// RIGHT. Fifty tasks, one lock, taken 400 times each and held shortly (a yield now and then while it is held). EXPECT: silence.
use kettle::sync::Mutex;
use std::sync::Arc;

#[kettle::main]
async fn main() {
    let count = Arc::new(Mutex::new(0_u64));
    let mut tasks = Vec::new();
    for id in 0..50_u64 {
        let count = count.clone();
        tasks.push(kettle::spawn(async move {
            for i in 0..400 {
                let mut guard = count.lock().await;
                *guard += 1;
                if (i + id) % 7 == 0 {
                    kettle::task::yield_now().await;
                }
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    println!("{}", count.lock().await);
}
