//! A shop as an actor with a handle: an order asks for the price first, by the same handle as everybody.
//!
//! Wrong: the actor calls itself while it handles an order: the question lies in the channel which it would have to receive from.
//!
//! Expected: `deadlock`: task 1 waits for an answer whose question is in its own channel. The cure: call the function (not the handle), or
//! spawn what awaits the answer.
//!
//! doctor: `deadlock`
//! ends: killed

use std::time::Duration;

use kettle::sync::{mpsc, oneshot};
use kettle::time::sleep;

enum Message {
    Price(&'static str, oneshot::Sender<u32>),
    Order(&'static str, u32, oneshot::Sender<u32>),
}

#[derive(Clone)]
struct Shop(mpsc::UnboundedSender<Message>);

impl Shop {
    async fn price(&self, of: &'static str) -> u32 {
        let (answer, price) = oneshot::channel();
        let _ = self.0.send(Message::Price(of, answer));
        price.await.expect("the shop is open")
    }

    async fn order(&self, of: &'static str, many: u32) -> u32 {
        let (answer, sum) = oneshot::channel();
        let _ = self.0.send(Message::Order(of, many, answer));
        sum.await.expect("the shop is open")
    }
}

async fn run(me: Shop, mut messages: mpsc::UnboundedReceiver<Message>) {
    while let Some(message) = messages.recv().await {
        match message {
            Message::Price(of, answer) => drop(answer.send(u32::try_from(of.len()).unwrap())),
            Message::Order(of, many, answer) => {
                sleep(Duration::from_millis(5)).await;
                let _ = answer.send(me.price(of).await * many);
            }
        }
    }
}

#[kettle::main]
async fn main() {
    let (send, messages) = mpsc::unbounded_channel();
    let shop = Shop(send);
    kettle::spawn(run(shop.clone(), messages));
    println!("tea costs {}", shop.price("tea").await);
    println!("three cost {}", shop.order("tea", 3).await);
}
