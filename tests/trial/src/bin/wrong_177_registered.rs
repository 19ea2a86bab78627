//! Parking places behind a barrier: a thread reports how many are free, and cars wait for one, with a future written by hand.
//!
//! Wrong: `registered` says that the waker is in the list, so that it isn't stored twice. The list is emptied when it is called, and
//! the car that finds no place after all believes that it is still in it.
//!
//! Expected: `lost_wakeup` of a car: its last poll stored its waker nowhere. The cure: store the waker in each poll that returns
//! `Pending` (or take the mark back when it was called).
//!
//! doctor: `lost_wakeup`
//! ends: killed

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

#[derive(Default)]
struct Park {
    free: u32,
    waiting: Vec<Waker>,
}

struct Enter {
    park: Arc<Mutex<Park>>,
    registered: bool,
}

impl Future for Enter {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let park = Arc::clone(&self.park);
        let mut park = park.lock().unwrap();
        if park.free > 0 {
            park.free -= 1;
            return Poll::Ready(());
        }
        if !self.registered {
            park.waiting.push(cx.waker().clone());
            self.registered = true;
        }
        Poll::Pending
    }
}

fn leave(park: &Mutex<Park>) {
    let waiting = {
        let mut park = park.lock().unwrap();
        park.free += 1;
        std::mem::take(&mut park.waiting)
    };
    waiting.into_iter().for_each(Waker::wake);
}

#[kettle::main]
async fn main() {
    let park = Arc::new(Mutex::new(Park::default()));
    let cars: Vec<_> = (0..3)
        .map(|_| kettle::spawn(Enter { park: Arc::clone(&park), registered: false }))
        .collect();
    for _ in 0..3 {
        kettle::time::sleep(Duration::from_millis(30)).await;
        leave(&park);
    }
    for car in cars {
        car.await.unwrap();
    }
    println!("three cars are in");
}
