//! A client keeps to ten calls a second, and skips the ticks that it misses.
//! doctor: silence

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Mutex;
use kettle::time::{Instant, Interval, MissedTickBehavior, interval, sleep};

#[derive(Clone)]
struct Throttle(Arc<Mutex<Interval>>);

impl Throttle {
    fn per_second(calls: u32) -> Throttle {
        let mut ticks = interval(Duration::from_secs(1) / calls);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Throttle(Arc::new(Mutex::new(ticks)))
    }

    /// The lock is the line: who has it waits for the next tick, at most 100 ms.
    async fn turn(&self) {
        self.0.lock().await.tick().await;
    }
}

async fn client(name: char, throttle: Throttle, calls: u32) -> Duration {
    let begin = Instant::now();
    for call in 1..=calls {
        throttle.turn().await;
        println!("{name}{call}");
        sleep(Duration::from_millis(5)).await; // the call
    }
    begin.elapsed()
}

#[kettle::main]
async fn main() {
    let throttle = Throttle::per_second(10);
    let clients: Vec<_> =
        ['a', 'b', 'c'].map(|name| kettle::spawn(client(name, throttle.clone(), 8))).into();
    for client in clients {
        println!("{:?}", client.await.unwrap());
    }
}
