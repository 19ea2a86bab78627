// Timers from 1 ms to an hour, an interval, timeouts, a select! loop.
// Expected: ends by itself in ~2.5 s; the nightly and hourly tasks are cancelled by the end of main.
use kettle::sync::Notify;
use kettle::time::{Duration, MissedTickBehavior, interval, sleep, timeout};
use std::sync::Arc;

async fn hourly() {
    loop {
        sleep(Duration::from_secs(3600)).await;
        println!("an hour has gone");
    }
}

async fn nap(milliseconds: u64) -> u64 {
    sleep(Duration::from_millis(milliseconds)).await;
    milliseconds
}

async fn heartbeat(stop: Arc<Notify>) -> u32 {
    let mut ticks = interval(Duration::from_millis(90));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let mut beats = 0;
    loop {
        kettle::select! {
            _ = ticks.tick() => beats += 1,
            () = stop.notified() => return beats,
            () = sleep(Duration::from_secs(60)) => unreachable!("no beat for a minute"),
        }
    }
}

async fn patient(limit: Duration) -> &'static str {
    match timeout(limit, nap(400)).await {
        Ok(_) => "in time",
        Err(_) => "too late",
    }
}

#[kettle::main]
async fn main() {
    let stop = Arc::new(Notify::new());
    kettle::spawn(hourly());
    kettle::spawn(async {
        sleep(Duration::from_secs(8 * 3600)).await;
    });
    let beating = kettle::spawn(heartbeat(stop.clone()));
    let naps: Vec<_> = [1, 2, 5, 64, 65, 130, 1_000, 2_000].into_iter().map(|ms| kettle::spawn(nap(ms))).collect();
    let short = kettle::spawn(patient(Duration::from_millis(250)));
    let long = kettle::spawn(patient(Duration::from_secs(600)));
    println!("short: {}, long: {}", short.await.unwrap(), long.await.unwrap());
    // Holds the thread past several deadlines.
    std::thread::sleep(Duration::from_millis(300));
    for nap in naps {
        println!("slept {} ms", nap.await.unwrap());
    }
    sleep(Duration::from_millis(250)).await;
    stop.notify_one();
    println!("{} beats", beating.await.unwrap());
}
