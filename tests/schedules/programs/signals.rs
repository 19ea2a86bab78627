//! Programs in which a signal comes at the wrong moment.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use kettle::spawn;
use kettle::sync::Notify;
use kettle::sync::mpsc::{self, Sender};

use super::{after_hops, go};

/// Orders, and a bell that rings for each. A cook writes a line into the diary before waiting.
struct Counter {
    orders: Mutex<VecDeque<&'static str>>,
    bell: Notify,
}

impl Counter {
    fn put(&self, order: &'static str) {
        self.orders.lock().unwrap().push_back(order);
        self.bell.notify_waiters(); // wakes those that wait now, and stores nothing for later
    }

    async fn careless(&self, diary: Sender<&str>) -> &'static str {
        loop {
            if let Some(order) = self.orders.lock().unwrap().pop_front() {
                return order;
            }
            diary.send("nothing to do").await.unwrap();
            self.bell.notified().await;
        }
    }

    async fn careful(&self, diary: Sender<&str>) -> &'static str {
        loop {
            let rung = self.bell.notified(); // hears the bell from here on
            if let Some(order) = self.orders.lock().unwrap().pop_front() {
                return order;
            }
            diary.send("nothing to do").await.unwrap();
            rung.await;
        }
    }
}

async fn one_order(is_careful: bool) {
    let counter = Arc::new(Counter { orders: Mutex::default(), bell: Notify::new() });
    let (diary, mut lines) = mpsc::channel(1);
    let (kitchen, gossip) = (counter.clone(), diary.clone());
    let cook = spawn(async move {
        if is_careful { kitchen.careful(diary).await } else { kitchen.careless(diary).await }
    });
    spawn(async move { gossip.send("have you heard?").await.unwrap() });
    spawn(async move { (lines.recv().await, lines.recv().await) });
    spawn(async move { counter.put("tea") });
    assert_eq!(cook.await.unwrap(), "tea");
}

/// A lost wake-up. In the usual order the diary has room, so that the cook looks for an order and
/// waits at the bell within one poll. *One* decision: if the gossip runs before the cook, the diary
/// is full, and the bell rings while the cook waits there.
pub(crate) async fn careless_cook() {
    one_order(false).await;
}

/// The same with a cook whom no order of the tasks can harm.
pub(crate) async fn careful_cook() {
    one_order(true).await;
}

/// A bell that rings before the guest is at the door: `notify_waiters` stores nothing.
///
/// The guest is spawned first, and the bell rings three tasks later. *Three* decisions: each of the
/// three has to run before the guest.
pub(crate) async fn early_bell() {
    let bell = Arc::new(Notify::new());
    let guest = go({
        let bell = bell.clone();
        async move { bell.notified().await }
    });
    after_hops(2, move || bell.notify_waiters());
    guest.await.unwrap();
}
