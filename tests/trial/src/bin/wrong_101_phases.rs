//! A simulation in phases: four tasks compute their part and meet at a barrier before the next phase.
//!
//! Wrong: one of them panics, by a division by zero in its part. Its error is looked at when all have ended, and the
//! other three wait for it at the barrier.
//!
//! Expected: `deadlock` of `main` and three tasks. It should name the panic. The cure: the panic itself; abort the others
//! when one has failed.
//!
//! doctor: `deadlock`
//! ends: killed

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Barrier;
use kettle::time::sleep;

const PARTS: u32 = 4;

async fn simulate(part: u32, meeting: Arc<Barrier>) -> u32 {
    let mut heat = 100 + part;
    for phase in 0..5_u32 {
        sleep(Duration::from_millis(5 + u64::from(part))).await;
        heat += 1000 / (part + phase).abs_diff(4);
        if meeting.wait().await.is_leader() {
            println!("phase {phase} is over");
        }
    }
    heat
}

#[kettle::main]
async fn main() {
    let meeting = Arc::new(Barrier::new(PARTS as usize));
    let parts: Vec<_> =
        (0..PARTS).map(|part| kettle::spawn(simulate(part, meeting.clone()))).collect();
    let mut sum = 0;
    for part in parts {
        match part.await {
            Ok(heat) => sum += heat,
            Err(error) => println!("a part failed: {error}"),
        }
    }
    println!("{sum}");
}
