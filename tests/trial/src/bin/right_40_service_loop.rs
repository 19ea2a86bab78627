//! A service: requests, a tick each 40 ms, a change of the settings, and a shutdown, in one `select!`. What a
//! branch has received is worked on in its body.
//!
//! Suspicious: futures are dropped in each round, and a request waits for a lock and a timer.
//!
//! doctor: silence

use std::sync::Arc;
use std::time::Duration;

use kettle::select;
use kettle::sync::{Mutex, mpsc, oneshot, watch};
use kettle::time::{MissedTickBehavior, interval, sleep};

#[kettle::main]
async fn main() {
    let (ask, mut requests) = mpsc::channel::<(u32, oneshot::Sender<u32>)>(4);
    let (change, mut settings) = watch::channel(1);
    let (stop, mut stopped) = oneshot::channel::<()>();
    let table = Arc::new(Mutex::new(0));
    let shared = table.clone();
    let service = kettle::spawn(async move {
        let mut every = interval(Duration::from_millis(40));
        every.set_missed_tick_behavior(MissedTickBehavior::Skip);
        let mut ticks = 0;
        loop {
            select! {
                _at = every.tick() => ticks += 1,
                Ok(()) = settings.changed() => println!("settings {}", *settings.borrow_and_update()),
                Some((number, reply)) = requests.recv() => {
                    let mut table = shared.lock().await;
                    sleep(Duration::from_millis(3)).await;
                    *table += number;
                    let _gone = reply.send(*table);
                }
                _gone = &mut stopped => return ticks,
            }
        }
    });
    for number in 0..20 {
        let (reply, answer) = oneshot::channel();
        ask.send((number, reply)).await.expect("the service runs");
        if number % 7 == 0 {
            change.send_replace(number);
        }
        // Some don't want to know the answer.
        if number % 3 > 0 {
            answer.await.expect("it answers");
        }
        sleep(Duration::from_millis(30)).await;
    }
    stop.send(()).expect("the service runs");
    println!("{:?} ticks, {}", service.await, table.lock().await);
}
