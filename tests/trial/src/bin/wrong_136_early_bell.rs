//! A theatre: visitors wait in front of the doors until these are opened, with a bell of the theatre's own.
//!
//! Wrong: `open` rings first, then waits for the usher, and unlocks the doors only then. The visitors look, find the doors
//! locked, and wait again; nobody rings a second time.
//!
//! Expected: `lost_wakeup` of the visitors: their wakers are in the program's own list, and no code is left that would call
//! them. The cure: change the state first, and wake after that.
//!
//! doctor: `lost_wakeup`
//! ends: killed

use std::future::poll_fn;
use std::mem;
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};
use std::time::Duration;

use kettle::time::sleep;

#[derive(Default)]
struct Doors {
    unlocked: bool,
    waiting: Vec<Waker>,
}

#[derive(Clone, Default)]
struct Theatre(Arc<Mutex<Doors>>);

impl Theatre {
    async fn enter(&self) {
        poll_fn(|cx| {
            let mut doors = self.0.lock().unwrap();
            if doors.unlocked {
                return Poll::Ready(());
            }
            doors.waiting.push(cx.waker().clone());
            Poll::Pending
        })
        .await;
    }

    async fn open(&self) {
        let waiting = mem::take(&mut self.0.lock().unwrap().waiting);
        for visitor in waiting {
            visitor.wake();
        }
        sleep(Duration::from_millis(20)).await; // the usher comes with the key
        self.0.lock().unwrap().unlocked = true;
    }
}

#[kettle::main]
async fn main() {
    let theatre = Theatre::default();
    let visitors: Vec<_> = (1..=4)
        .map(|number| {
            let theatre = theatre.clone();
            kettle::spawn(async move {
                theatre.enter().await;
                println!("visitor {number} has a seat");
            })
        })
        .collect();
    sleep(Duration::from_millis(50)).await;
    theatre.open().await;
    for visitor in visitors {
        visitor.await.unwrap();
    }
    println!("the play begins");
}
