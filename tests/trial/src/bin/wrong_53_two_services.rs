//! Two services, each with a runtime in a thread of its own: one knows prices, the other knows stocks. They
//! ask each other.
//!
//! The mistake: each asks before it answers: both wait for an answer.
//!
//! Expected: a deadlock of two threads and two runtimes. Cure: answer while it waits (`select!`, or a task
//! for the answering).
//!
//! doctor: `deadlock`
//! ends: killed

use std::thread;

use kettle::runtime::Builder;
use kettle::sync::{mpsc, oneshot};

type Question = (&'static str, oneshot::Sender<u32>);

async fn serve(
    name: &'static str,
    other: mpsc::Sender<Question>,
    mut questions: mpsc::Receiver<Question>,
) {
    let (reply, answer) = oneshot::channel();
    other.send((name, reply)).await.expect("the other one runs");
    println!("{name}: {:?}", answer.await);
    drop(other);
    while let Some((_from, reply)) = questions.recv().await {
        let _gone = reply.send(7);
    }
}

fn start(service: impl Future<Output = ()> + Send + 'static) -> thread::JoinHandle<()> {
    thread::spawn(|| {
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(service);
    })
}

fn main() {
    let (to_prices, prices) = mpsc::channel(4);
    let (to_stocks, stocks) = mpsc::channel(4);
    let one = start(serve("prices", to_stocks, prices));
    let two = start(serve("stocks", to_prices, stocks));
    one.join().expect("it doesn't panic");
    two.join().expect("it doesn't panic");
}
