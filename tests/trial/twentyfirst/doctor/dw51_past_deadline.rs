// WRONG. A scheduler sleeps until `next`, but forgets to move `next` on: after the first time each `sleep_until` is ready at once.
// EXPECT: busy_loop: task of `schedule` asks for a time that has passed, at `sleep_until`. CURE: `next += period`.
use kettle::time::{Instant, sleep_until};
use std::cell::Cell;
use std::time::Duration;

async fn schedule(period: Duration) {
    let runs = Cell::new(0_u64);
    let next = Instant::now() + period;
    loop {
        sleep_until(next).await;
        runs.set(runs.get() + 1);
        if runs.get() == 1 {
            println!("first run");
        }
    }
}

#[kettle::main]
async fn main() {
    let scheduler = kettle::spawn(schedule(Duration::from_millis(300)));
    kettle::time::sleep(Duration::from_secs(3)).await;
    scheduler.abort();
    println!("end");
}
