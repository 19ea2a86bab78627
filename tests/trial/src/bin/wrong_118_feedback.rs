//! Orders go through two stations of a kitchen. A dish that isn't good goes back to the first, by a channel of its own.
//!
//! Wrong: all channels have little room, and they make a circle: the stove waits for room at the pass, the pass waits for
//! room on the way back, and the way back is emptied by the stove.
//!
//! Expected: `deadlock` of `main`, stove and pass. The cure: let what goes back never wait (an unbounded channel, a list at
//! the pass), or take from the way back while one waits for room.
//!
//! doctor: `deadlock`
//! ends: killed

use kettle::sync::mpsc::{self, Receiver, Sender};

#[derive(Debug)]
struct Dish {
    number: u32,
    tries: u32,
}

async fn stove(mut orders: Receiver<Dish>, mut back: Receiver<Dish>, pass: Sender<Dish>) {
    loop {
        let dish = kettle::select! {
            biased;
            Some(dish) = orders.recv() => dish, // a guest waits for it
            Some(dish) = back.recv() => dish,
            else => return,
        };
        if pass.send(Dish { tries: dish.tries + 1, ..dish }).await.is_err() {
            return;
        }
    }
}

async fn look(mut pass: Receiver<Dish>, back: Sender<Dish>, served: Sender<Dish>) {
    while let Some(dish) = pass.recv().await {
        let next = if dish.tries < 3 && !dish.number.is_multiple_of(7) { &back } else { &served };
        if next.send(dish).await.is_err() {
            return;
        }
    }
}

#[kettle::main]
async fn main() {
    let (order, orders) = mpsc::channel(4);
    let (to_pass, pass) = mpsc::channel(2);
    let (to_stove, back) = mpsc::channel(2);
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
