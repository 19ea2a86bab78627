//! Three rowers begin each stroke together, at a barrier. One is impatient: he shouts if it takes too long, and waits on.
//!
//! Right: he keeps his wait, and polls the same future again.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Barrier;
use kettle::time::{sleep, timeout};

async fn impatient(barrier: Arc<Barrier>) {
    for _ in 0..3 {
        let mut stroke = pin!(barrier.wait());
        while timeout(Duration::from_millis(150), &mut stroke).await.is_err() {
            println!("come on!");
        }
    }
}

async fn patient(late: u64, barrier: Arc<Barrier>) {
    for _ in 0..3 {
        sleep(Duration::from_millis(late)).await;
        barrier.wait().await;
    }
}

#[kettle::main]
async fn main() {
    let barrier = Arc::new(Barrier::new(3));
    let crew = [
        kettle::spawn(impatient(barrier.clone())),
        kettle::spawn(patient(20, barrier.clone())),
        kettle::spawn(patient(530, barrier.clone())),
    ];
    for rower in crew {
        rower.await.unwrap();
    }
}
