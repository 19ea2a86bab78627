//! Three rowers begin each stroke together, at a barrier. One is impatient: he shouts if it takes too long, and waits on.
//!
//! Wrong: a wait at a barrier that is dropped has been counted. He is counted twice, the barrier opens for two, and the third one
//! waits for ever.
//!
//! Expected: `deadlock` at barrier 1: one of three waits there, and nobody else comes. The cure: a wait that a timeout has dropped counts; keep
//! the future and poll it again (or: as many tasks as the barrier wants have to come).
//!
//! doctor: `deadlock`
//! ends: killed

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Barrier;
use kettle::time::{sleep, timeout};

async fn impatient(barrier: Arc<Barrier>) {
    while timeout(Duration::from_millis(50), barrier.wait()).await.is_err() {
        println!("come on!");
    }
}

async fn patient(late: u64, barrier: Arc<Barrier>) {
    sleep(Duration::from_millis(late)).await;
    barrier.wait().await;
}

#[kettle::main]
async fn main() {
    let barrier = Arc::new(Barrier::new(3));
    let crew = [
        kettle::spawn(impatient(barrier.clone())),
        kettle::spawn(patient(20, barrier.clone())),
        kettle::spawn(patient(130, barrier.clone())),
    ];
    for rower in crew {
        rower.await.unwrap();
        println!("pulls");
    }
}
