// Two workers and eight jobs, four of them long. Three ways to share them out, on a clock that
// jumps: a worker that works is a task that sleeps.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use kettle::time::{Instant, sleep};

#[derive(Clone, Copy, Debug)]
enum Way {
    Dealt,
    Shared,
    Stolen,
}

/// Each worker's jobs, in seconds, and how often a worker went to a queue that others use.
struct Queues {
    of: [VecDeque<u64>; 2],
    trips: u32,
}

impl Queues {
    fn next(&mut self, way: Way, me: usize) -> Option<u64> {
        match way {
            Way::Dealt => self.of[me].pop_front(),
            Way::Shared => {
                self.trips += 1;
                self.of[0].pop_front() // the one that both share
            }
            Way::Stolen => self.of[me].pop_front().or_else(|| self.steal(me)),
        }
    }

    /// Takes the older half of the other's jobs.
    fn steal(&mut self, me: usize) -> Option<u64> {
        self.trips += 1;
        let victim = &mut self.of[1 - me];
        let half = victim.len().div_ceil(2);
        let loot: Vec<u64> = victim.drain(..half).collect();
        self.of[me].extend(loot);
        self.of[me].pop_front()
    }
}

async fn work(way: Way, me: usize, queues: Arc<Mutex<Queues>>) -> u64 {
    let start = Instant::now();
    while let Some(seconds) = next(&queues, way, me) {
        sleep(Duration::from_secs(seconds)).await;
    }
    start.elapsed().as_secs()
}

fn next(queues: &Mutex<Queues>, way: Way, me: usize) -> Option<u64> {
    queues.lock().expect("no panic").next(way, me)
}

#[kettle::main(start_paused = true)]
async fn main() {
    for way in [Way::Dealt, Way::Shared, Way::Stolen] {
        let mut of = [VecDeque::new(), VecDeque::new()];
        for (number, job) in [8, 1, 8, 1, 8, 1, 8, 1].into_iter().enumerate() {
            let whose = if matches!(way, Way::Shared) { 0 } else { number % 2 };
            of[whose].push_back(job);
        }
        let queues = Arc::new(Mutex::new(Queues { of, trips: 0 }));
        let one = kettle::spawn(work(way, 0, queues.clone()));
        let two = kettle::spawn(work(way, 1, queues.clone()));
        let (one, two) = (one.await.expect("no panic"), two.await.expect("no panic"));
        let trips = queues.lock().expect("no panic").trips;
        println!("{way:?}: done after {one} s and {two} s, {trips} trips");
    }
}
