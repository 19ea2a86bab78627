// WRONG. A Barrier for `workers + 1` (main was to take part), but main goes on to join the workers without waiting at the barrier.
// EXPECT: deadlock: the three workers wait at the barrier (3 of 4); main awaits the first one. CURE: Barrier::new(3) or main waits as well.
use kettle::sync::Barrier;
use std::sync::Arc;
use std::time::Duration;

async fn worker(id: u64, phase: Arc<Barrier>) -> u64 {
    kettle::time::sleep(Duration::from_millis(7 * id)).await; // phase one
    phase.wait().await;
    kettle::time::sleep(Duration::from_millis(5)).await; // phase two
    id
}

#[kettle::main]
async fn main() {
    let workers = 3;
    let phase = Arc::new(Barrier::new(workers + 1));
    let handles: Vec<_> = (0..workers as u64).map(|id| kettle::spawn(worker(id, phase.clone()))).collect();
    for handle in handles {
        println!("{} is done", handle.await.unwrap());
    }
}
