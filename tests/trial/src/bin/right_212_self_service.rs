//! A shop as an actor with a handle of its own: what has to ask the shop goes into a task.
//!
//! Right: the actor doesn't wait for itself: it goes on receiving, and the task gets its answer. It ends by a message, though it has a sender
//! of its own.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::time::Duration;

use kettle::sync::{mpsc, oneshot};
use kettle::time::sleep;

enum Message {
    Price(oneshot::Sender<u32>),
    Order(u32, oneshot::Sender<u32>),
    Close,
}

type Shop = mpsc::UnboundedSender<Message>;

async fn ask<T>(shop: &Shop, message: impl FnOnce(oneshot::Sender<T>) -> Message) -> T {
    let (answer, answered) = oneshot::channel();
    let _ = shop.send(message(answer));
    answered.await.expect("the shop is open")
}

async fn run(me: Shop, mut messages: mpsc::UnboundedReceiver<Message>) {
    while let Some(message) = messages.recv().await {
        match message {
            Message::Price(answer) => drop(answer.send(3)),
            Message::Order(many, answer) => {
                let me = me.clone();
                kettle::spawn(async move {
                    sleep(Duration::from_millis(50)).await;
                    let _ = answer.send(ask(&me, Message::Price).await * many);
                });
            }
            Message::Close => return,
        }
    }
}

#[kettle::main]
async fn main() {
    let (shop, messages) = mpsc::unbounded_channel();
    let runs = kettle::spawn(run(shop.clone(), messages));
    for many in 1..6 {
        println!("{}", ask(&shop, |answer| Message::Order(many, answer)).await);
    }
    let _ = shop.send(Message::Close);
    runs.await.unwrap();
}
