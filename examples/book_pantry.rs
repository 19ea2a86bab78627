// State without a lock: one task owns the stock of tea, and the others send it their requests. Such
// a task is called an actor. Three guests want more than there is: who gets how much?

use std::time::Duration;

use kettle::sync::{mpsc, oneshot};
use kettle::time::sleep;

/// A request, and the way back for its answer.
struct Request {
    grams: u32,
    answer: oneshot::Sender<bool>,
}

/// The actor. No other task can touch `stock`.
async fn pantry(mut stock: u32, mut requests: mpsc::Receiver<Request>) {
    while let Some(Request { grams, answer }) = requests.recv().await {
        let enough = grams <= stock;
        if enough {
            sleep(Duration::from_secs(1)).await; // weighs it
            stock -= grams;
        }
        let _ = answer.send(enough); // an error: the guest has left
    }
    println!("the pantry closes with {stock} g");
}

/// Its handle, of which each guest has a clone.
#[derive(Clone)]
struct Pantry(mpsc::Sender<Request>);

impl Pantry {
    async fn take(&self, grams: u32) -> bool {
        let (answer, answered) = oneshot::channel();
        self.0.send(Request { grams, answer }).await.expect("the pantry is open");
        answered.await.expect("it answers every request")
    }
}

#[kettle::main(start_paused = true)]
async fn main() {
    let (requests, inbox) = mpsc::channel(2);
    let (open, pantry) = (kettle::spawn(pantry(100, inbox)), Pantry(requests));
    for (name, grams) in [("Anna", 60), ("Bert", 50), ("Carl", 40)] {
        let pantry = pantry.clone();
        kettle::spawn(async move {
            let got = pantry.take(grams).await;
            println!("{name}: {grams} g, {}", if got { "here you are" } else { "not enough left" });
        });
    }
    drop(pantry);
    open.await.expect("no panic");
}
