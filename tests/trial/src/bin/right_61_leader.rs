//! One of three replicas is the leader as long as it has the guard of a lock; the others look now and then whether it
//! is free. All of them read the configuration under a read lock for a while.
//!
//! Right: the guard is held across long waits on purpose, and nobody waits for it: the others use `try_lock`. Readers
//! don't keep readers out.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::{Mutex, RwLock};
use kettle::task::JoinSet;
use kettle::time::sleep;

struct Cluster {
    lease: Mutex<u32>,
    config: RwLock<Vec<&'static str>>,
}

async fn replica(number: usize, cluster: Arc<Cluster>) -> String {
    let config = cluster.config.read().await;
    sleep(Duration::from_millis(400)).await; // checks that the hosts answer
    let host = config[number];
    let mut refused = 0;
    loop {
        let Ok(mut term) = cluster.lease.try_lock() else {
            refused += 1;
            sleep(Duration::from_millis(100)).await;
            continue;
        };
        *term += 1;
        sleep(Duration::from_millis(700)).await; // leads
        return format!("{host} led term {term} after {refused} refusals");
    }
}

#[kettle::main]
async fn main() {
    let cluster = Arc::new(Cluster {
        lease: Mutex::new(0),
        config: RwLock::new(vec!["leeds", "bath", "york"]),
    });
    let mut replicas = JoinSet::new();
    for number in 0..3 {
        replicas.spawn(replica(number, Arc::clone(&cluster)));
    }
    while let Some(report) = replicas.join_next().await {
        println!("{}", report.expect("a replica"));
    }
}
