// WRONG. `main` keeps the lock of the state while it awaits a blocking job that wants the same lock (`blocking_lock`).
// EXPECT: deadlock: main waits for job 1, job waits for the lock main took. CURE: drop the guard before awaiting the job.
use kettle::sync::Mutex;
use std::sync::Arc;

#[kettle::main]
async fn main() {
    let index = Arc::new(Mutex::new(Vec::<String>::new()));
    let for_job = index.clone();
    let mut mine = index.lock().await;
    mine.push("begin".into());
    let job = kettle::task::spawn_blocking(move || {
        let words = ["tea", "cake", "jam"]; // parsed from a big file
        for_job.blocking_lock().extend(words.map(String::from));
    });
    job.await.unwrap();
    mine.push("end".into());
    println!("{}", mine.join(" "));
}
