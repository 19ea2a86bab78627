//! Three workers simulate the weather in steps. After each step the leader writes a check point, and none goes on before it is written.
//!
//! Right: each worker comes to both barriers in each step. One of them is slow, and the others wait for it more than a second.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::{Barrier, Mutex};
use kettle::task::JoinSet;
use kettle::time::sleep;

struct Weather {
    regions: Mutex<[u32; 3]>,
    step_done: Barrier,
    written: Barrier,
}

async fn simulate(weather: Arc<Weather>, region: usize) -> u32 {
    let mut check_points = 0;
    for step in 0..3 {
        if region == 1 && step == 1 {
            sleep(Duration::from_millis(1300)).await; // a storm
        }
        weather.regions.lock().await[region] += 1;
        if weather.step_done.wait().await.is_leader() {
            let regions = weather.regions.lock().await;
            assert_eq!(*regions, [step + 1; 3]);
            sleep(Duration::from_millis(20)).await; // writes
            check_points += 1;
        }
        weather.written.wait().await;
    }
    check_points
}

#[kettle::main]
async fn main() {
    let weather = Arc::new(Weather {
        regions: Mutex::default(),
        step_done: Barrier::new(3),
        written: Barrier::new(3),
    });
    let mut workers = JoinSet::new();
    for region in 0..3 {
        workers.spawn(simulate(Arc::clone(&weather), region));
    }
    let check_points: u32 = workers.join_all().await.into_iter().sum();
    println!("{check_points} check points");
}
