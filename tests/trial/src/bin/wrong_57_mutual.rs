//! A producer and a consumer that end together: each gets the handle of the other, to see how it ended.
//!
//! The mistake: each awaits the other's end before it ends itself.
//!
//! Expected: a deadlock of two tasks that await each other's end. Cure: only one awaits, or main does.
//!
//! doctor: `deadlock`
//! ends: killed

use std::time::Duration;

use kettle::sync::oneshot;
use kettle::task::JoinHandle;
use kettle::time::sleep;

async fn work(name: &'static str, partner: oneshot::Receiver<JoinHandle<()>>) {
    sleep(Duration::from_millis(20)).await;
    let partner = partner.await.expect("main sends it");
    println!("{name} is done; the other: {:?}", partner.await);
}

#[kettle::main]
async fn main() {
    let (to_producer, producers) = oneshot::channel();
    let (to_consumer, consumers) = oneshot::channel();
    let (done, ended) = oneshot::channel::<()>();
    let producer = kettle::spawn(work("the producer", producers));
    let consumer = kettle::spawn(async move {
        work("the consumer", consumers).await;
        drop(done);
    });
    let _here = to_producer.send(consumer);
    let _here = to_consumer.send(producer);
    println!("{:?}", ended.await);
}
