//! A simulation in phases: four tasks meet at a barrier. One of them panics, and the others wait for it.
//!
//! Right: `main` takes them in the order in which they end, sees the panic, and aborts the rest. It looks after two
//! seconds only.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Barrier;
use kettle::task::JoinSet;
use kettle::time::sleep;

const PARTS: u32 = 4;

async fn simulate(part: u32, meeting: Arc<Barrier>) -> u32 {
    let mut heat = 100 + part;
    for phase in 0..5_u32 {
        sleep(Duration::from_millis(5 + u64::from(part))).await;
        heat += 1000 / (part + phase).abs_diff(4);
        meeting.wait().await;
    }
    heat
}

#[kettle::main]
async fn main() {
    std::panic::set_hook(Box::new(|panic| println!("{panic}")));
    let meeting = Arc::new(Barrier::new(PARTS as usize));
    let mut parts = JoinSet::new();
    for part in 0..PARTS {
        parts.spawn(simulate(part, meeting.clone()));
    }
    sleep(Duration::from_secs(2)).await; // a splash screen
    let mut cut = 0;
    while let Some(part) = parts.join_next().await {
        match part {
            Ok(heat) => println!("{heat}"),
            Err(error) if error.is_cancelled() => cut += 1,
            Err(error) => {
                println!("a part failed: {error}");
                parts.abort_all();
            }
        }
    }
    assert_eq!(cut, 3);
}
