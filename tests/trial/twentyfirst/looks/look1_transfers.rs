// Three accounts, three clerks. Each clerk moves money from one account to the next, and locks both:
// first the one it takes from, then the one it gives to. Together they lock in a circle.
use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Mutex;
use kettle::time::sleep;

#[derive(Debug)]
struct Account {
    owner: &'static str,
    pence: i64,
}

async fn transfer(from: Arc<Mutex<Account>>, to: Arc<Mutex<Account>>, pence: i64) {
    let mut from = from.lock().await;
    // Asks the bank's rules server.
    sleep(Duration::from_millis(20)).await;
    let mut to = to.lock().await;
    from.pence -= pence;
    to.pence += pence;
    println!("{} pays {} {pence}p", from.owner, to.owner);
}

#[kettle::main]
async fn main() {
    let ann = Arc::new(Mutex::new(Account { owner: "Ann", pence: 500 }));
    let bob = Arc::new(Mutex::new(Account { owner: "Bob", pence: 500 }));
    let cy = Arc::new(Mutex::new(Account { owner: "Cy", pence: 500 }));

    // A round that goes well: one after the other.
    transfer(ann.clone(), bob.clone(), 10).await;
    transfer(bob.clone(), cy.clone(), 10).await;

    let clerks = [
        kettle::spawn(transfer(ann.clone(), bob.clone(), 100)),
        kettle::spawn(transfer(bob.clone(), cy.clone(), 100)),
        kettle::spawn(transfer(cy.clone(), ann.clone(), 100)),
    ];
    for clerk in clerks {
        clerk.await.unwrap();
    }
    println!("never printed; ended by Ctrl-C");
}
