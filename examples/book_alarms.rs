// Five timers under a clock that jumps: when does each fire?
//
// The clock is paused, so the program takes no time. When no task can go on, the clock jumps to the
// earliest deadline. See `docs/book/src/time.md`.

use std::time::Duration;

use kettle::time::{Instant, sleep, timeout};

async fn alarm(what: &'static str, after: Duration) {
    let start = Instant::now();
    sleep(after).await;
    println!("{what}: asked for {after:?}, slept {:?}", start.elapsed());
}

#[kettle::main(start_paused = true)]
async fn main() {
    let alarms = [
        kettle::spawn(alarm("toast", Duration::from_millis(2010))),
        kettle::spawn(alarm("tea", Duration::from_secs(2))),
        kettle::spawn(alarm("egg", Duration::from_micros(2500))),
    ];
    // The guest is in time, and the hour's timer never fires.
    let guest = timeout(Duration::from_hours(1), alarm("guest", Duration::from_millis(5)));
    guest.await.expect("in time");
    for alarm in alarms {
        alarm.await.expect("no panic");
    }
}
