//! A race: the runners wait at a semaphore with no permit, until the referee opens it for all, two seconds later.
//!
//! Right: `Semaphore::new(0)` is a gate here. The referee adds the permits, from a thread of its own.
//!
//! Expected: silent, though for two seconds no task can go on and only a thread, which sleeps, can end that.
//!
//! doctor: silence

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use kettle::sync::Semaphore;

#[kettle::main]
async fn main() {
    let gate = Arc::new(Semaphore::new(0));
    let runners: Vec<_> = (0..8)
        .map(|runner| {
            let gate = gate.clone();
            kettle::spawn(async move {
                gate.acquire().await.unwrap().forget();
                runner
            })
        })
        .collect();
    let referee = thread::spawn(move || {
        thread::sleep(Duration::from_secs(2));
        gate.add_permits(8);
    });
    for runner in runners {
        println!("runner {} is off", runner.await.unwrap());
    }
    referee.join().unwrap();
}
