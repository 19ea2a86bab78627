//! A part of a program whose state is in an `Rc` has a `LocalRuntime` on a thread of its own, which takes orders through a channel.
//!
//! Right: `main` is no `async` code. It makes the runtime's orders, sleeps, and asks. Between two orders the runtime has nothing
//! to do for more than a second, and its `block_on` waits for a value.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::thread;
use std::time::Duration;

use kettle::runtime::LocalRuntime;
use kettle::sync::{mpsc, oneshot};
use kettle::task::spawn_local;
use kettle::time::sleep;

type Order = (String, oneshot::Sender<u32>);

fn keep(mut orders: mpsc::Receiver<Order>) {
    let runtime = LocalRuntime::new().expect("a runtime");
    let stock: Rc<RefCell<HashMap<String, u32>>> = Rc::default();
    runtime.block_on(async move {
        while let Some((name, answer)) = orders.recv().await {
            let stock = Rc::clone(&stock);
            spawn_local(async move {
                sleep(Duration::from_millis(10)).await;
                let mut stock = stock.borrow_mut();
                let count = stock.entry(name).or_default();
                *count += 1;
                let _ = answer.send(*count);
            });
        }
    });
}

fn main() {
    let (order, orders) = mpsc::channel(4);
    let keeper = thread::spawn(move || keep(orders));
    for name in ["tea", "milk", "tea"] {
        let (answer, answered) = oneshot::channel();
        order.blocking_send((name.to_owned(), answer)).expect("the keeper is there");
        println!("{name}: {:?}", answered.blocking_recv());
        thread::sleep(Duration::from_millis(1200));
    }
    drop(order);
    keeper.join().unwrap();
}
