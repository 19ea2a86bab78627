//! Two actors, each with a mailbox. The shop asks the stock whether there is tea; the stock asks the shop what it costs
//! before it answers.
//!
//! Wrong: each actor awaits the other's answer inside its own loop, so neither reads its mailbox any more.
//!
//! Expected: `deadlock`, proven. Tasks: shop and stock at their `oneshot` answers, `main` at its own. Place: the two
//! awaits of answers. Cure: don't await an answer within the loop that serves the mailbox (send the price along, or spawn the
//! request, or `select!` over the mailbox and the answer).

use kettle::sync::{mpsc, oneshot};

enum ToShop {
    Order { item: &'static str, done: oneshot::Sender<u32> },
    Price { item: &'static str, reply: oneshot::Sender<u32> },
}

struct Have {
    item: &'static str,
    reply: oneshot::Sender<u32>,
}

async fn shop(mut mail: mpsc::Receiver<ToShop>, stock: mpsc::Sender<Have>) {
    while let Some(message) = mail.recv().await {
        match message {
            ToShop::Order { item, done } => {
                let (reply, worth) = oneshot::channel();
                stock.send(Have { item, reply }).await.unwrap();
                let worth = worth.await.unwrap();
                let _ = done.send(worth);
            }
            ToShop::Price { item, reply } => {
                let _ = reply.send(if item == "tea" { 3 } else { 5 });
            }
        }
    }
}

async fn stock(mut mail: mpsc::Receiver<Have>, shop: mpsc::Sender<ToShop>) {
    while let Some(Have { item, reply }) = mail.recv().await {
        let (ask, price) = oneshot::channel();
        shop.send(ToShop::Price { item, reply: ask }).await.unwrap();
        let price = price.await.unwrap();
        let _ = reply.send(price * 12);
    }
}

#[kettle::main]
async fn main() {
    let (to_shop, shop_mail) = mpsc::channel(8);
    let (to_stock, stock_mail) = mpsc::channel(8);
    kettle::spawn(shop(shop_mail, to_stock));
    kettle::spawn(stock(stock_mail, to_shop.clone()));
    let (done, worth) = oneshot::channel();
    to_shop.send(ToShop::Order { item: "tea", done }).await.unwrap();
    println!("worth {}", worth.await.unwrap());
}
