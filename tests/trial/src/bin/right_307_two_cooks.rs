//! A kitchen in a `LocalSet` with two cooks. The orders are in a queue of its own, without a lock; the wakers of both cooks are kept in a list.
//!
//! Right: an order wakes all who wait, ordinary or urgent; each looks again, and who finds nothing puts its waker into the list again.
//!
//! Expected: silent.
//!
//! doctor: silence

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
    cooks: RefCell<Vec<Waker>>,
}

impl Orders {
    fn push(&self, order: &'static str, urgent: bool) {
        if urgent {
            self.queue.borrow_mut().push_front(order);
        } else {
            self.queue.borrow_mut().push_back(order);
        }
        self.cooks.take().into_iter().for_each(Waker::wake);
    }

    async fn next(&self) -> &'static str {
        poll_fn(|cx| match self.queue.borrow_mut().pop_front() {
            Some(order) => Poll::Ready(order),
            None => {
                let mut cooks = self.cooks.borrow_mut();
                if !cooks.iter().any(|cook| cook.will_wake(cx.waker())) {
                    cooks.push(cx.waker().clone());
                }
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
            _dish => sleep(Duration::from_millis(25)).await,
        }
        dishes += 1;
    }
}

#[kettle::main]
async fn main() {
    let kitchen = LocalSet::new();
    let dishes = kitchen.run_until(async {
        let orders = Rc::new(Orders::default());
        let cooks = [0, 1].map(|_| spawn_local(cook(Rc::clone(&orders))));
        for dish in ["soup", "fish", "salad", "cake"] {
            orders.push(dish, dish == "cake");
            sleep(Duration::from_millis(10)).await;
        }
        orders.push("close", false);
        orders.push("close", false);
        let mut dishes = 0;
        for cook in cooks {
            dishes += cook.await.unwrap();
        }
        dishes
    });
    println!("{} dishes", dishes.await);
}
