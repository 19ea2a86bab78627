//! Two tasks of a `LocalSet` wait for the same cell, which has room for one waker: the second one throws the first
//! one's away.
//!
//! doctor: `lost_wakeup`
//! cure: keep each waker (a list), not one slot
//! ends: killed

use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use kettle::task::{LocalSet, spawn_local};
use kettle::time::sleep;

#[derive(Default)]
struct Gate {
    open: Cell<bool>,
    waiting: RefCell<Option<Waker>>,
}

impl Gate {
    fn open(&self) {
        self.open.set(true);
        if let Some(waker) = self.waiting.take() {
            waker.wake();
        }
    }
}

struct Passed(Rc<Gate>);

impl Future for Passed {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.0.open.get() {
            return Poll::Ready(());
        }
        self.0.waiting.replace(Some(cx.waker().clone()));
        Poll::Pending
    }
}

#[kettle::main]
async fn main() {
    let gate = Rc::new(Gate::default());
    let set = LocalSet::new();
    set.run_until(async {
        let guests = ["Ann", "Bob"].map(|name| {
            let gate = gate.clone();
            spawn_local(async move {
                Passed(gate).await;
                println!("{name} is in");
            })
        });
        sleep(Duration::from_millis(50)).await;
        gate.open();
        for guest in guests {
            guest.await.unwrap();
        }
    })
    .await;
}
