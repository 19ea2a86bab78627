//! A measurement in four blocking jobs, which begin at the same moment: they meet at a `Barrier` of std, on threads of the pool.
//!
//! Right: three jobs wait at it for two seconds, and `main` for their ends. The fourth has to warm up, which takes so long.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, Instant};

use kettle::task::JoinSet;

fn measure(warm_up: Duration, together: &Barrier, begun: Instant) -> (u128, u64) {
    thread::sleep(warm_up);
    together.wait();
    let at = begun.elapsed().as_millis();
    (at, (0..200_000_u64).fold(7, |sum, n| sum ^ n.wrapping_mul(31)))
}

#[kettle::main]
async fn main() {
    let (together, begun) = (Arc::new(Barrier::new(4)), Instant::now());
    let mut jobs = JoinSet::new();
    for warm_up in [0, 0, 40, 2000] {
        let together = Arc::clone(&together);
        jobs.spawn_blocking(move || measure(Duration::from_millis(warm_up), &together, begun));
    }
    for (at, sum) in jobs.join_all().await {
        println!("begun at {at}: {sum}");
    }
}
