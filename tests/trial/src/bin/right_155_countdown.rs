//! A rocket starts when three crews have reported. The crews are threads, and the count is a future written by hand.
//!
//! Right: tasks wait for more than a second with wakers that only other code has, in a list behind a lock of std. The last crew
//! takes all of them and wakes each. A wait that was given up before has left its waker there.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::future::poll_fn;
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};
use std::thread;
use std::time::Duration;

use kettle::time::timeout;

struct Count {
    left: u32,
    waiting: Vec<Waker>,
}

type Countdown = Arc<Mutex<Count>>;

fn report(countdown: &Countdown) {
    let mut count = countdown.lock().unwrap();
    count.left -= 1;
    if count.left == 0 {
        count.waiting.drain(..).for_each(Waker::wake);
    }
}

async fn zero(countdown: Countdown) {
    poll_fn(|context| {
        let mut count = countdown.lock().unwrap();
        if count.left == 0 {
            return Poll::Ready(());
        }
        if !count.waiting.iter().any(|waker| waker.will_wake(context.waker())) {
            count.waiting.push(context.waker().clone());
        }
        Poll::Pending
    })
    .await;
}

#[kettle::main]
async fn main() {
    let countdown = Countdown::new(Mutex::new(Count { left: 3, waiting: Vec::new() }));
    let crews = [150, 700, 1500].map(|takes| {
        let countdown = countdown.clone();
        thread::spawn(move || {
            thread::sleep(Duration::from_millis(takes));
            report(&countdown);
        })
    });
    let impatient = timeout(Duration::from_millis(100), zero(countdown.clone())).await;
    assert!(impatient.is_err());
    let cameras = [1, 2, 3].map(|_| kettle::spawn(zero(countdown.clone())));
    for camera in cameras {
        camera.await.unwrap();
    }
    for crew in crews {
        crew.join().unwrap();
    }
}
