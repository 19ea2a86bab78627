//! Parking places: a thread reports how many are free, and cars wait for one, with a future written by hand.
//!
//! Right: the thread wakes all cars for each place, most of them for nothing. Each poll that finds none leaves its waker again, and
//! the wakers of a car that gave up are left in the list until the next time.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

#[derive(Clone, Default)]
struct Park(Arc<Mutex<(u32, Vec<Waker>)>>);

impl Future for Park {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let (free, waiting) = &mut *self.0.lock().unwrap();
        if *free > 0 {
            *free -= 1;
            return Poll::Ready(());
        }
        waiting.push(cx.waker().clone());
        Poll::Pending
    }
}

impl Park {
    fn leave(&self) {
        let waiting = {
            let (free, waiting) = &mut *self.0.lock().unwrap();
            *free += 1;
            std::mem::take(waiting)
        };
        waiting.into_iter().for_each(Waker::wake);
    }
}

#[kettle::main]
async fn main() {
    let park = Park::default();
    let cars: Vec<_> = (0..3).map(|_| kettle::spawn(park.clone())).collect();
    let impatient = kettle::time::timeout(Duration::from_millis(300), park.clone());
    let cashier = park.clone();
    let leaving = thread::spawn(move || {
        for _ in 0..3 {
            thread::sleep(Duration::from_millis(800));
            cashier.leave();
        }
    });
    println!("the impatient one: {:?}", impatient.await);
    for car in cars {
        car.await.unwrap();
    }
    leaving.join().unwrap();
}
