//! A follower waits until the leader has been elected.
//! doctor: `never_yields`

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use kettle::time::sleep;

#[derive(Default)]
struct Cluster {
    elected: AtomicBool,
    leader: AtomicU32,
}

async fn elect(cluster: Arc<Cluster>) {
    for round in 1..=3 {
        sleep(Duration::from_millis(30)).await;
        println!("round {round}");
    }
    cluster.leader.store(7, Ordering::SeqCst);
    cluster.elected.store(true, Ordering::SeqCst);
}

async fn follow(cluster: Arc<Cluster>) -> u32 {
    while !cluster.elected.load(Ordering::SeqCst) {
        std::hint::spin_loop();
    }
    cluster.leader.load(Ordering::SeqCst)
}

#[kettle::main]
async fn main() {
    let cluster = Arc::new(Cluster::default());
    let election = kettle::spawn(elect(cluster.clone()));
    let follower = kettle::spawn(follow(cluster));
    election.await.unwrap();
    println!("node {} leads", follower.await.unwrap());
}
