// RIGHT. A server with graceful end: waits at most 300 ms for the requests under way, then returns; the one that takes 5 s is given up on purpose. EXPECT: silence, or a note with "if".
use std::sync::Arc;
use std::time::Duration;

async fn request(n: u64, _alive: Arc<()>) {
    kettle::time::sleep(Duration::from_millis(5)).await;
    kettle::time::sleep(Duration::from_millis(n)).await;
}

#[kettle::main]
async fn main() {
    let alive = Arc::new(());
    for n in [10, 20, 30, 40, 5_000] {
        kettle::spawn(request(n, alive.clone()));
    }
    for _ in 0..30 {
        if Arc::strong_count(&alive) == 1 {
            println!("all are over");
            return;
        }
        kettle::time::sleep(Duration::from_millis(10)).await;
    }
    println!("{} given up", Arc::strong_count(&alive) - 1);
}
