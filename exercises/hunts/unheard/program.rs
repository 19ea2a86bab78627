// A waiter waits for the bell, and a helper from outside rings it.

use std::sync::mpsc;
use std::thread;

use kettle::sync::oneshot;

const DISHES: u32 = 100_000;

#[kettle::main]
async fn main() {
    let (order, orders) = mpsc::channel::<oneshot::Sender<u32>>();
    let helper = thread::spawn(move || {
        for (number, bell) in (1..).zip(orders) {
            bell.send(number).expect("the waiter waits");
        }
    });
    for number in 1..=DISHES {
        let (ring, bell) = oneshot::channel();
        order.send(ring).expect("the helper is there");
        let dish = bell.await.expect("the helper rings");
        assert_eq!(dish, number);
    }
    drop(order);
    helper.join().expect("no panic");
    println!("The waiter has heard the bell {DISHES} times.");
}
