// RIGHT. 2000 tasks meet at a barrier twice; a short spin with yield_now (150 ms) while an atomic is set by a thread; handle kept in a struct and awaited at the end. EXPECT: silence.
use kettle::sync::Barrier;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

#[kettle::main]
async fn main() {
    let barrier = Arc::new(Barrier::new(2000));
    let mut tasks = Vec::new();
    for id in 0..2000_u64 {
        let barrier = barrier.clone();
        tasks.push(kettle::spawn(async move {
            kettle::time::sleep(Duration::from_millis(id / 4)).await;
            barrier.wait().await;
            kettle::time::sleep(Duration::from_millis(1500 - id / 4)).await;
            barrier.wait().await.is_leader()
        }));
    }
    let up = Arc::new(AtomicBool::new(false));
    let theirs = up.clone();
    let thread = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(150));
        theirs.store(true, Ordering::SeqCst);
    });
    while !up.load(Ordering::SeqCst) {
        kettle::task::yield_now().await;
    }
    let mut leaders = 0;
    for task in tasks {
        leaders += usize::from(task.await.unwrap());
    }
    thread.join().unwrap();
    println!("{leaders}");
}
