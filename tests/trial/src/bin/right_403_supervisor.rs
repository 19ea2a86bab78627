//! A supervisor restarts workers that panic, up to three times each.
//! doctor: silence

use std::collections::HashMap;
use std::time::Duration;

use kettle::task::{Id, JoinSet};
use kettle::time::sleep;

#[derive(Clone, Copy, Debug)]
struct Job {
    feed: u32,
    attempt: u32,
}

async fn poll_feed(job: Job) -> u32 {
    sleep(Duration::from_millis(30 * u64::from(job.feed))).await;
    assert!(job.feed != 2 || job.attempt > 1, "feed 2 is malformed");
    assert!(job.feed != 4, "feed 4 is always malformed");
    job.feed * 10
}

struct Supervisor {
    set: JoinSet<u32>,
    jobs: HashMap<Id, Job>,
}

impl Supervisor {
    fn start(&mut self, job: Job) {
        let handle = self.set.spawn(poll_feed(job));
        self.jobs.insert(handle.id(), job);
    }

    async fn run(mut self) -> (u32, u32) {
        let (mut items, mut given_up) = (0, 0);
        while let Some(ended) = self.set.join_next_with_id().await {
            match ended {
                Ok((id, count)) => {
                    self.jobs.remove(&id);
                    items += count;
                }
                Err(error) => {
                    let job = self.jobs.remove(&error.id()).unwrap();
                    if job.attempt < 3 {
                        sleep(Duration::from_millis(50)).await;
                        self.start(Job { attempt: job.attempt + 1, ..job });
                    } else {
                        given_up += 1;
                    }
                }
            }
        }
        (items, given_up)
    }
}

#[kettle::main]
async fn main() {
    std::panic::set_hook(Box::new(|info| println!("a worker: {info}")));
    let mut supervisor = Supervisor { set: JoinSet::new(), jobs: HashMap::new() };
    for feed in 1..=5 {
        supervisor.start(Job { feed, attempt: 1 });
    }
    let (items, given_up) = supervisor.run().await;
    println!("{items} items, {given_up} feeds given up");
}
