//! A load test: four clients start at the same moment, at a barrier.
//!
//! Wrong: it is the `Barrier` of std. The first client blocks the only thread, and the others never come to the line.
//!
//! Expected: `blocking_poll`, in a poll that goes on, at the first client. The cure: `kettle::sync::Barrier`, and `.await`.
//!
//! doctor: `blocking_poll`
//! ends: killed

use std::sync::{Arc, Barrier};
use std::time::Duration;

use kettle::task::JoinSet;
use kettle::time::{Instant, sleep};

struct Client {
    number: u64,
    line: Arc<Barrier>,
}

impl Client {
    async fn request(&self) -> Duration {
        let begun = Instant::now();
        sleep(Duration::from_millis(3 + self.number)).await;
        begun.elapsed()
    }

    async fn run(self) -> Duration {
        self.line.wait();
        let mut slowest = Duration::ZERO;
        for _ in 0..10 {
            slowest = slowest.max(self.request().await);
        }
        slowest
    }
}

#[kettle::main]
async fn main() {
    let line = Arc::new(Barrier::new(4));
    let mut clients = JoinSet::new();
    for number in 0..4 {
        clients.spawn(Client { number, line: line.clone() }.run());
    }
    while let Some(slowest) = clients.join_next().await {
        println!("{:?}", slowest.unwrap());
    }
}
