//! A test of a calendar, with the clock paused: it rings on the day, and not before.
//!
//! Right: that nothing comes for a month is what the test wants to see, three times. All tasks wait until each limit is over,
//! and the last limit is the last thing in the test.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::{Mutex, mpsc};
use kettle::time::{Instant, sleep_until, timeout};

const DAY: Duration = Duration::from_hours(24);

type Days = Arc<Mutex<Vec<Instant>>>;

async fn ring(days: Days, mut changed: mpsc::Receiver<()>, bell: mpsc::Sender<Instant>) {
    loop {
        let next = days.lock().await.iter().min().copied();
        let due = async {
            match next {
                Some(day) => sleep_until(day).await,
                None => std::future::pending().await,
            }
        };
        kettle::select! {
            word = changed.recv() => {
                if word.is_none() {
                    return;
                }
            }
            () = due => {
                let now = Instant::now();
                days.lock().await.retain(|day| *day > now);
                if bell.send(now).await.is_err() {
                    return;
                }
            }
        }
    }
}

#[kettle::main(start_paused = true)]
async fn main() {
    let days = Days::default();
    let (change, changed) = mpsc::channel(1);
    let (bell, mut rings) = mpsc::channel(1);
    kettle::spawn(ring(days.clone(), changed, bell));

    let month = 30 * DAY;
    assert!(timeout(month, rings.recv()).await.is_err(), "an empty calendar");

    days.lock().await.push(Instant::now() + 40 * DAY);
    change.send(()).await.unwrap();
    assert!(timeout(month, rings.recv()).await.is_err(), "too early");
    assert!(timeout(month, rings.recv()).await.is_ok(), "not at all");

    assert!(timeout(12 * month, rings.recv()).await.is_err(), "twice");
}
