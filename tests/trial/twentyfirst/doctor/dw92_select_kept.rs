// WRONG. A pinned `lock()` future is kept over rounds of `select!`; in one round the lock is given to it, but the branch `tick` is handled with an await that needs the same lock.
// EXPECT: deadlock: main waits for lock 1, which was given to a future that main doesn't poll. CURE: drop the future / lock in the branch only.
use kettle::sync::Mutex;
use std::sync::Arc;
use std::time::Duration;

async fn log(journal: &Mutex<Vec<String>>, text: &str) {
    journal.lock().await.push(text.to_owned());
}

#[kettle::main]
async fn main() {
    let journal = Arc::new(Mutex::new(Vec::new()));
    let for_task = journal.clone();
    let writer = kettle::spawn(async move {
        let mut journal = for_task.lock().await;
        kettle::time::sleep(Duration::from_millis(50)).await;
        journal.push("written".to_owned());
    });
    kettle::task::yield_now().await;
    let mut mine = std::pin::pin!(journal.lock());
    let mut tick = kettle::time::interval(Duration::from_millis(20));
    loop {
        kettle::select! {
            mut journal = &mut mine => {
                journal.push("end".to_owned());
                break;
            }
            _ = tick.tick() => log(&journal, "still waiting").await,
        }
    }
    writer.await.unwrap();
    println!("{:?}", journal.lock().await);
}
