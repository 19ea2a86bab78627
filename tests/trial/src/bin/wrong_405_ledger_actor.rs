//! An actor keeps the accounts. A transfer is made of a withdrawal and a deposit.
//! doctor: `deadlock`

use std::collections::HashMap;

use kettle::sync::{mpsc, oneshot};

enum Order {
    Deposit(String, i64, oneshot::Sender<i64>),
    Transfer { from: String, to: String, amount: i64, reply: oneshot::Sender<bool> },
}

#[derive(Clone)]
struct Ledger(mpsc::Sender<Order>);

impl Ledger {
    fn open() -> Ledger {
        let (tx, rx) = mpsc::channel(16);
        let ledger = Ledger(tx);
        kettle::spawn(keep(rx, ledger.clone()));
        ledger
    }

    async fn deposit(&self, who: &str, amount: i64) -> i64 {
        let (reply, balance) = oneshot::channel();
        let _ = self.0.send(Order::Deposit(who.to_string(), amount, reply)).await;
        balance.await.unwrap()
    }

    async fn transfer(&self, from: &str, to: &str, amount: i64) -> bool {
        let (reply, done) = oneshot::channel();
        let order = Order::Transfer { from: from.into(), to: to.into(), amount, reply };
        let _ = self.0.send(order).await;
        done.await.unwrap()
    }
}

async fn keep(mut orders: mpsc::Receiver<Order>, ledger: Ledger) {
    let mut accounts: HashMap<String, i64> = HashMap::new();
    while let Some(order) = orders.recv().await {
        match order {
            Order::Deposit(who, amount, reply) => {
                let balance = accounts.entry(who).or_default();
                *balance += amount;
                let _ = reply.send(*balance);
            }
            Order::Transfer { from, to, amount, reply } => {
                ledger.deposit(&from, -amount).await;
                ledger.deposit(&to, amount).await;
                let _ = reply.send(true);
            }
        }
    }
}

#[kettle::main]
async fn main() {
    let ledger = Ledger::open();
    println!("anna has {}", ledger.deposit("anna", 100).await);
    let done = ledger.transfer("anna", "bert", 30).await;
    println!("transferred: {done}");
}
