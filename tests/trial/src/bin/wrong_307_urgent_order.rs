//! A kitchen in a `LocalSet`. The orders are in a queue of its own, without a lock, in which the cook's waker is kept.
//!
//! Wrong: `push` wakes the cook, `push_urgent` was written later and forgets to.
//!
//! Expected: `lost_wakeup` (or `deadlock`) of the cook: the waker is stored, and no code is left that would call it. The cure: take the
//! waker and wake it in `push_urgent`, too; or use a channel of `kettle::sync`.
//!
//! doctor: `lost_wakeup` | `deadlock`
//! ends: killed

use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};
use std::time::Duration;

use kettle::task::{LocalSet, spawn_local};
use kettle::time::sleep;

#[derive(Default)]
struct Orders {
    queue: RefCell<VecDeque<&'static str>>,
    cook: RefCell<Option<Waker>>,
}

impl Orders {
    fn push(&self, order: &'static str) {
        self.queue.borrow_mut().push_back(order);
        if let Some(cook) = self.cook.take() {
            cook.wake();
        }
    }

    fn push_urgent(&self, order: &'static str) {
        self.queue.borrow_mut().push_front(order);
    }

    async fn next(&self) -> &'static str {
        poll_fn(|cx| match self.queue.borrow_mut().pop_front() {
            Some(order) => Poll::Ready(order),
            None => {
                *self.cook.borrow_mut() = Some(cx.waker().clone());
                Poll::Pending
            }
        })
        .await
    }
}

async fn cook(orders: Rc<Orders>) -> u32 {
    let mut dishes = 0;
    loop {
        match orders.next().await {
            "close" => return dishes,
            dish => println!("{dish} is ready"),
        }
        dishes += 1;
    }
}

#[kettle::main]
async fn main() {
    let kitchen = LocalSet::new();
    let dishes = kitchen.run_until(async {
        let orders = Rc::new(Orders::default());
        let cook = spawn_local(cook(Rc::clone(&orders)));
        for dish in ["soup", "fish"] {
            orders.push(dish);
            sleep(Duration::from_millis(30)).await;
        }
        orders.push_urgent("close");
        cook.await.unwrap()
    });
    println!("{} dishes", dishes.await);
}
