// WRONG. Two actors. While the shop handles an order it asks the bank and waits for the answer; while the bank handles that, it asks the shop for the address and waits.
// EXPECT: deadlock: shop at its `answer.await` (oneshot of bank), bank at its `answer.await` (oneshot of shop); main at its own. CURE: pass the address along / answer while waiting (select!/task of its own).
use kettle::sync::{mpsc, oneshot};

enum ToShop {
    Order(u32, oneshot::Sender<bool>),
    Address(u32, oneshot::Sender<String>),
}

struct Charge(u32, oneshot::Sender<bool>);

async fn shop(mut inbox: mpsc::Receiver<ToShop>, bank: mpsc::Sender<Charge>) {
    while let Some(message) = inbox.recv().await {
        match message {
            ToShop::Order(customer, respond) => {
                let (paid, answer) = oneshot::channel();
                bank.send(Charge(customer, paid)).await.ok();
                let _ = respond.send(answer.await.unwrap_or(false));
            }
            ToShop::Address(customer, respond) => {
                let _ = respond.send(format!("street {customer}"));
            }
        }
    }
}

async fn bank(mut inbox: mpsc::Receiver<Charge>, shop: mpsc::Sender<ToShop>) {
    while let Some(Charge(customer, paid)) = inbox.recv().await {
        let (tell, answer) = oneshot::channel();
        shop.send(ToShop::Address(customer, tell)).await.ok();
        let address = answer.await.unwrap_or_default();
        let _ = paid.send(address.starts_with("street"));
    }
}

#[kettle::main]
async fn main() {
    let (to_shop, shop_inbox) = mpsc::channel(8);
    let (to_bank, bank_inbox) = mpsc::channel(8);
    kettle::spawn(shop(shop_inbox, to_bank));
    kettle::spawn(bank(bank_inbox, to_shop.clone()));
    let (respond, bought) = oneshot::channel();
    to_shop.send(ToShop::Order(7, respond)).await.ok();
    println!("bought: {:?}", bought.await);
}
