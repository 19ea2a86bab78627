//! The rehearsal of a shop with a paused clock: carts that nobody pays for expire, and that is expected.
//! doctor: silence

use std::time::Duration;

use kettle::sync::oneshot;
use kettle::time::{Instant, sleep, timeout};

#[derive(Debug, PartialEq)]
enum Outcome {
    Paid(u32),
    Expired,
    Abandoned,
}

async fn cart(paid: oneshot::Receiver<u32>) -> Outcome {
    match timeout(Duration::from_secs(15 * 60), paid).await {
        Ok(Ok(amount)) => Outcome::Paid(amount),
        Ok(Err(_)) => Outcome::Abandoned,
        Err(_) => Outcome::Expired,
    }
}

#[kettle::main(start_paused = true)]
async fn main() {
    let begin = Instant::now();

    let (forgotten, rx) = oneshot::channel();
    let first = kettle::spawn(cart(rx));
    assert_eq!(first.await.unwrap(), Outcome::Expired);
    assert!(forgotten.is_closed());
    println!("expired after {:?}", begin.elapsed());

    let (pay, rx) = oneshot::channel();
    let second = kettle::spawn(cart(rx));
    sleep(Duration::from_secs(14 * 60)).await;
    pay.send(999).unwrap();
    assert_eq!(second.await.unwrap(), Outcome::Paid(999));

    let (pay, rx) = oneshot::channel();
    let third = kettle::spawn(cart(rx));
    kettle::time::advance(Duration::from_secs(60)).await;
    drop(pay);
    assert_eq!(third.await.unwrap(), Outcome::Abandoned);

    // One that nobody pays for, and nobody waits for.
    let (_keep, rx) = oneshot::channel();
    assert_eq!(cart(rx).await, Outcome::Expired);
    println!("all in {:?} of the clock", begin.elapsed());
}
