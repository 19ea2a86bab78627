//! A cashier writes each payment into the journal at once, and then waits for the till's drawer.
//! A customer with a question may interrupt the wait: the payment stands in the journal.
//! doctor: silence

use std::time::Duration;

use kettle::select;
use kettle::sync::mpsc;
use kettle::time::{interval, sleep};

async fn cashier(mut payments: mpsc::Receiver<u32>, journal: mpsc::UnboundedSender<u32>) -> u32 {
    let mut questions = interval(Duration::from_millis(45));
    let mut answered = 0;
    loop {
        let take = async {
            let cents = payments.recv().await?;
            journal.send(cents).ok()?;
            sleep(Duration::from_millis(30)).await; // the drawer opens, and closes
            Some(cents)
        };
        select! {
            taken = take => match taken {
                Some(cents) => println!("{cents} cents, thank you"),
                None => return answered,
            },
            _ = questions.tick() => answered += 1,
        }
    }
}

#[kettle::main]
async fn main() {
    let (pay, payments) = mpsc::channel(4);
    let (journal, mut written) = mpsc::unbounded_channel();
    let cashier = kettle::spawn(cashier(payments, journal));
    let customers = kettle::spawn(async move {
        for cents in (1..=25).map(|n| n * 110) {
            pay.send(cents).await.expect("the till is open");
            sleep(Duration::from_millis(12)).await;
        }
    });
    customers.await.expect("no panic");
    println!("{} questions were answered.", cashier.await.expect("no panic"));
    let mut sum = 0;
    while let Some(cents) = written.recv().await {
        sum += cents;
    }
    assert_eq!(sum, 110 * (1..=25).sum::<u32>());
    println!("{sum} cents stand in the journal.");
}
