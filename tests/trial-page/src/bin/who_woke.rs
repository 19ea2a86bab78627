//! `printer` was polled four times and printed once. Who woke it the third time, where, and was it for nothing?

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use kettle::sync::Notify;
use kettle::task::LocalSet;
use kettle::time::sleep;

struct Desk {
    bell: Notify,
    paper: Cell<bool>,
    orders: Cell<u32>,
}

async fn printer(desk: Rc<Desk>) {
    while !desk.paper.get() || desk.orders.get() == 0 {
        desk.bell.notified().await;
    }
}

async fn customer(desk: Rc<Desk>) {
    sleep(Duration::from_millis(20)).await;
    desk.orders.set(1);
    desk.bell.notify_one();
}

async fn apprentice(desk: Rc<Desk>) {
    sleep(Duration::from_millis(40)).await;
    desk.bell.notify_one(); // "I thought that there was paper"
    sleep(Duration::from_millis(20)).await;
}

async fn supplier(desk: Rc<Desk>) {
    sleep(Duration::from_millis(60)).await;
    desk.paper.set(true);
    desk.bell.notify_one();
}

#[kettle::main]
async fn main() {
    let desk =
        Rc::new(Desk { bell: Notify::new(), paper: Cell::default(), orders: Cell::default() });
    let set = LocalSet::new();
    let printed = set.spawn_local(printer(Rc::clone(&desk)));
    set.spawn_local(customer(Rc::clone(&desk)));
    set.spawn_local(supplier(Rc::clone(&desk)));
    set.spawn_local(apprentice(desk));
    set.run_until(printed).await.expect("printed");
}
