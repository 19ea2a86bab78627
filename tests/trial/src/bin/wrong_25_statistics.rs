//! Statistics of a service, in a lock. Whoever wants to read them waits for at most 100 ms, because the
//! service must never hang.
//!
//! The mistake: `report` has locked the statistics and calls `busiest`, which locks them again. The
//! timeout turns the deadlock into a pause and a silent "unknown", in each round.
//!
//! Expected: can't be told, because each wait ends by its timer, the task goes on, and the guard is
//! dropped in the end. (A hint that a task waits for a lock that it has taken itself would be right.)
//!
//! doctor: can't be told
//! ends: by itself

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Mutex;
use kettle::time::{interval, timeout};

type Statistics = Arc<Mutex<HashMap<&'static str, u32>>>;

async fn busiest(statistics: &Statistics) -> Option<&'static str> {
    let statistics = timeout(Duration::from_millis(100), statistics.lock()).await.ok()?;
    statistics.iter().max_by_key(|(_, count)| **count).map(|(page, _)| *page)
}

async fn report(statistics: &Statistics) -> String {
    let locked = statistics.lock().await;
    let sum: u32 = locked.values().sum();
    let page = busiest(statistics).await.unwrap_or("unknown");
    format!("{sum} visits; most go to {page}")
}

#[kettle::main]
async fn main() {
    let statistics = Statistics::default();
    let counting = statistics.clone();
    kettle::spawn(async move {
        let mut visits = interval(Duration::from_millis(7));
        loop {
            visits.tick().await;
            *counting.lock().await.entry("/tea").or_default() += 1;
        }
    });
    let mut clock = interval(Duration::from_millis(200));
    for _ in 0..10 {
        clock.tick().await;
        println!("{}", report(&statistics).await);
    }
}
