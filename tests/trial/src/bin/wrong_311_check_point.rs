//! Three workers simulate the weather, each in its own region. When all have done a step, one of them, the leader, writes a check point;
//! none may go on before it is written.
//!
//! Wrong: the second `wait` is inside the `if`, so only the leader comes to it. The other two go on, and home.
//!
//! Expected: `deadlock`: one of the tasks waits at the barrier (1 of 3 has come), the others have ended. The cure: move the second `wait`
//! out of the `if`, so that all three come to it.
//!
//! doctor: `deadlock`
//! ends: killed

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::{Barrier, Mutex};
use kettle::time::sleep;

struct Weather {
    regions: Mutex<[f64; 3]>,
    step_done: Barrier,
}

async fn simulate(weather: Arc<Weather>, region: usize) {
    sleep(Duration::from_millis(20)).await; // the step
    weather.regions.lock().await[region] += 0.5;
    if weather.step_done.wait().await.is_leader() {
        let regions = *weather.regions.lock().await;
        println!("check point: {regions:?}");
        weather.step_done.wait().await; // it is written
    }
}

#[kettle::main]
async fn main() {
    let weather =
        Arc::new(Weather { regions: Mutex::new([12.0, 14.5, 9.0]), step_done: Barrier::new(3) });
    let mut workers = Vec::new();
    for region in 0..3 {
        workers.push(kettle::spawn(simulate(Arc::clone(&weather), region)));
    }
    for worker in workers {
        worker.await.unwrap();
    }
    println!("the forecast is ready");
}
