//! Orders go through two stations of a kitchen. A dish that isn't good goes back to the first.
//!
//! Right: the channels make a circle, and the guests' orders wait for seconds. But the way back has no limit, so the pass
//! never waits for room there, and what goes back comes first.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::time::Duration;

use kettle::sync::mpsc::{self, Receiver, Sender, UnboundedReceiver, UnboundedSender};
use kettle::time::sleep;

#[derive(Debug)]
struct Dish {
    number: u32,
    tries: u32,
}

async fn stove(mut orders: Receiver<Dish>, mut back: UnboundedReceiver<Dish>, pass: Sender<Dish>) {
    loop {
        let dish = kettle::select! {
            biased;
            Some(dish) = back.recv() => dish,
            Some(dish) = orders.recv() => dish,
            else => return,
        };
        sleep(Duration::from_millis(20)).await;
        if pass.send(Dish { tries: dish.tries + 1, ..dish }).await.is_err() {
            return;
        }
    }
}

async fn look(mut pass: Receiver<Dish>, back: UnboundedSender<Dish>, served: Sender<Dish>) {
    while let Some(dish) = pass.recv().await {
        sleep(Duration::from_millis(25)).await;
        if dish.tries < 3 && !dish.number.is_multiple_of(7) {
            let _ = back.send(dish);
        } else if served.send(dish).await.is_err() {
            return;
        }
    }
}

#[kettle::main]
async fn main() {
    let (order, orders) = mpsc::channel(4);
    let (to_pass, pass) = mpsc::channel(2);
    let (to_stove, back) = mpsc::unbounded_channel();
    let (serve, mut served) = mpsc::channel(64);
    kettle::spawn(stove(orders, back, to_pass));
    kettle::spawn(look(pass, to_stove, serve));
    for number in 1..=40 {
        order.send(Dish { number, tries: 0 }).await.unwrap();
    }
    for _ in 1..=40 {
        println!("{:?}", served.recv().await.unwrap());
    }
}
