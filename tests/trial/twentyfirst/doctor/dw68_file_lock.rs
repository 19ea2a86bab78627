// WRONG. Two tasks use the same lock file by std's `File::lock` (it blocks). The first keeps it over an await; the second blocks the thread forever.
// EXPECT: blocking_poll that goes on: task 2. CURE: drop the lock before the await / a kettle Mutex / spawn_blocking.
use std::fs::File;
use std::time::Duration;

async fn update(path: std::path::PathBuf, id: u32) {
    let file = File::create(path).unwrap();
    file.lock().unwrap();
    kettle::time::sleep(Duration::from_millis(30)).await;
    println!("updated by {id}");
    drop(file);
}

#[kettle::main]
async fn main() {
    let path = std::env::temp_dir().join(format!("kettle-d-{}.lock", std::process::id()));
    let one = kettle::spawn(update(path.clone(), 1));
    let two = kettle::spawn(update(path.clone(), 2));
    one.await.unwrap();
    two.await.unwrap();
    std::fs::remove_file(path).unwrap();
}
