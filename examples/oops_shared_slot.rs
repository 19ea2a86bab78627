// Misconception 5: the waker is stored once, so one slot is enough.
//
// What happens: the oven has one slot for a waker. Anna waits for it, and then Bert does: Bert's
// waker takes the place of Anna's. When the oven is hot, only Bert is woken. Anna waits forever.
//
// The doctor: `kettle::lost_wakeup`: Anna's waker was dropped, and it was not called.
//
// The fix: a `Vec<Waker>` and a wake for each in it; or `kettle::sync`, whose types do that for
// you.

use std::future::poll_fn;
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};

use kettle::task::yield_now;

#[derive(Default)]
struct Oven {
    hot: bool,
    waiter: Option<Waker>,
}

async fn heat_of(oven: &Mutex<Oven>) {
    poll_fn(|cx| {
        let mut oven = oven.lock().expect("no panic");
        if oven.hot {
            return Poll::Ready(());
        }
        oven.waiter = Some(cx.waker().clone());
        Poll::Pending
    })
    .await;
}

#[kettle::main]
async fn main() {
    let oven = Arc::new(Mutex::new(Oven::default()));
    let cooks = ["Anna", "Bert"].map(|name| {
        let oven = oven.clone();
        kettle::spawn(async move {
            heat_of(&oven).await;
            println!("{name} bakes.");
        })
    });
    yield_now().await;
    let waiter = {
        let mut oven = oven.lock().expect("no panic");
        oven.hot = true;
        oven.waiter.take()
    };
    waiter.expect("Bert waits").wake();
    for cook in cooks {
        cook.await.expect("no panic");
    }
}
