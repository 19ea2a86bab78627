//! A shop of two actors: `Orders` and `Stock` have a mailbox each and ask each other questions.
//!
//! The mistake: while an order is placed, `Orders` waits for the answer of `Stock`. To answer, `Stock`
//! asks `Orders` how much is still promised, and waits for that. Neither reads its mailbox meanwhile.
//!
//! Expected: a deadlock; the two actors wait for a reply (a oneshot) each, and `main` for its own.
//! Cure: don't await an answer inside the loop that has to answer (send the number along, or spawn).
//!
//! doctor: `deadlock`
//! ends: killed

use kettle::sync::{mpsc, oneshot};

enum ToOrders {
    Place { item: u32, reply: oneshot::Sender<bool> },
    Promised { item: u32, reply: oneshot::Sender<u32> },
}

enum ToStock {
    Reserve { item: u32, reply: oneshot::Sender<bool> },
}

async fn orders(mut inbox: mpsc::Receiver<ToOrders>, stock: mpsc::Sender<ToStock>) {
    let mut promised = [0; 10];
    while let Some(message) = inbox.recv().await {
        match message {
            ToOrders::Place { item, reply } => {
                let (ask, answer) = oneshot::channel();
                let _closed = stock.send(ToStock::Reserve { item, reply: ask }).await;
                let done = answer.await.unwrap_or(false);
                promised[item as usize] += u32::from(done);
                let _gone = reply.send(done);
            }
            ToOrders::Promised { item, reply } => {
                let _gone = reply.send(promised[item as usize]);
            }
        }
    }
}

async fn stock(mut inbox: mpsc::Receiver<ToStock>, orders: mpsc::Sender<ToOrders>) {
    let shelves = [3; 10];
    while let Some(ToStock::Reserve { item, reply }) = inbox.recv().await {
        let (ask, answer) = oneshot::channel();
        let _closed = orders.send(ToOrders::Promised { item, reply: ask }).await;
        let promised = answer.await.unwrap_or(0);
        let _gone = reply.send(promised < shelves[item as usize]);
    }
}

#[kettle::main]
async fn main() {
    let (to_orders, orders_inbox) = mpsc::channel(8);
    let (to_stock, stock_inbox) = mpsc::channel(8);
    kettle::spawn(orders(orders_inbox, to_stock));
    kettle::spawn(stock(stock_inbox, to_orders.clone()));
    for item in [2, 5] {
        let (reply, answer) = oneshot::channel();
        let _closed = to_orders.send(ToOrders::Place { item, reply }).await;
        println!("order of item {item}: {:?}", answer.await);
    }
}
