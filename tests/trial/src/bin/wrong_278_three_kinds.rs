//! A circle through three kinds of waits: the cook waits for an order, the waiter for the menu, a `watch`, which the
//! owner changes when the shop is open, a `Notify`; and the cook opens the shop after the first order.
//!
//! doctor: `deadlock`
//! cure: each of the three waits is named, with its place: one has to be ended before another
//! ends: killed

use std::sync::Arc;

use kettle::sync::{Notify, oneshot, watch};

async fn cook(order: oneshot::Receiver<&'static str>, open: Arc<Notify>) {
    let dish = order.await.unwrap();
    open.notify_one();
    println!("cooking {dish}");
}

async fn waiter(mut menu: watch::Receiver<&'static str>, order: oneshot::Sender<&'static str>) {
    menu.changed().await.unwrap();
    let dish = *menu.borrow();
    order.send(dish).unwrap();
}

async fn owner(open: Arc<Notify>, menu: watch::Sender<&'static str>) {
    open.notified().await;
    menu.send("soup").unwrap();
}

#[kettle::main]
async fn main() {
    let open = Arc::new(Notify::new());
    let (write, menu) = watch::channel("");
    let (ask, order) = oneshot::channel();
    let tasks = [
        kettle::spawn(cook(order, open.clone())),
        kettle::spawn(waiter(menu, ask)),
        kettle::spawn(owner(open, write)),
    ];
    for task in tasks {
        task.await.unwrap();
    }
}
