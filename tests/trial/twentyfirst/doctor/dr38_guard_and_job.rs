// RIGHT. The database is locked for a compaction that runs as a blocking job (2.5 s); others try to lock with a limit of 200 ms, say "busy" and try again. EXPECT: silence.
use kettle::sync::Mutex;
use kettle::time::{sleep, timeout};
use std::sync::Arc;
use std::time::Duration;

#[kettle::main]
async fn main() {
    let database = Arc::new(Mutex::new(vec![3, 1, 2]));
    let for_compaction = database.clone();
    let compaction = kettle::spawn(async move {
        let mut guard = for_compaction.lock_owned().await;
        kettle::task::spawn_blocking(move || {
            std::thread::sleep(Duration::from_millis(2500));
            guard.sort_unstable();
        })
        .await
        .unwrap();
    });
    let mut users = Vec::new();
    for _ in 0..3 {
        let database = database.clone();
        users.push(kettle::spawn(async move {
            let mut busy = 0;
            sleep(Duration::from_millis(10)).await;
            loop {
                match timeout(Duration::from_millis(200), database.lock()).await {
                    Ok(guard) => return (busy, guard[0]),
                    Err(_) => busy += 1,
                }
                sleep(Duration::from_millis(50)).await;
            }
        }));
    }
    for user in users {
        let (busy, first) = user.await.unwrap();
        println!("{} {first}", busy > 2);
    }
    compaction.await.unwrap();
}
