//! A meter for the whole program: a `static` with the sender of a task that counts. It is started at its first use.
//!
//! Right: the `static` is never dropped, so the task waits for good; `main` returns without it, having asked for the
//! total.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::time::Duration;

use kettle::sync::{OnceCell, mpsc, oneshot};
use kettle::task::JoinSet;
use kettle::time::sleep;

enum Message {
    Add(u64),
    Total(oneshot::Sender<u64>),
}

static METER: OnceCell<mpsc::UnboundedSender<Message>> = OnceCell::const_new();

async fn meter() -> &'static mpsc::UnboundedSender<Message> {
    METER
        .get_or_init(|| async {
            sleep(Duration::from_millis(20)).await; // reads the last total
            let (sender, messages) = mpsc::unbounded_channel();
            drop(kettle::spawn(count(messages)));
            sender
        })
        .await
}

async fn count(mut messages: mpsc::UnboundedReceiver<Message>) {
    let mut total = 0;
    while let Some(message) = messages.recv().await {
        match message {
            Message::Add(units) => total += units,
            Message::Total(answer) => {
                let _ = answer.send(total);
            }
        }
    }
}

async fn household(units: u64) {
    for _ in 0..4 {
        sleep(Duration::from_millis(60)).await;
        let _ = meter().await.send(Message::Add(units));
    }
}

#[kettle::main]
async fn main() {
    let mut households = JoinSet::new();
    for units in 1..=10 {
        households.spawn(household(units));
    }
    households.join_all().await;
    let (answer, total) = oneshot::channel();
    let _ = meter().await.send(Message::Total(answer));
    println!("{} units", total.await.expect("the meter"));
}
