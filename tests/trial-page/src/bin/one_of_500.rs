//! 500 visitors ask, and 499 have their answer at once. One needs 400 ms. Which, and why?

use std::time::Duration;

use kettle::sync::{mpsc, oneshot};
use kettle::time::sleep;

type Question = (u32, oneshot::Sender<u32>);

async fn visitor(number: u32, questions: mpsc::Sender<Question>) -> u32 {
    let (answer, answered) = oneshot::channel();
    questions.send((number, answer)).await.expect("a desk");
    answered.await.expect("an answer")
}

async fn desk(mut questions: mpsc::Receiver<Question>) {
    while let Some((number, answer)) = questions.recv().await {
        if number * number % 997 == 769 {
            kettle::spawn(ask_upstairs(number, answer));
        } else {
            answer.send(number).expect("a visitor");
        }
    }
}

async fn ask_upstairs(number: u32, answer: oneshot::Sender<u32>) {
    sleep(Duration::from_millis(400)).await;
    answer.send(number).expect("a visitor");
}

#[kettle::main]
async fn main() {
    let (ask, questions) = mpsc::channel(600);
    let visitors: Vec<_> =
        (1..=500).map(|number| kettle::spawn(visitor(number, ask.clone()))).collect();
    drop(ask);
    let desk = kettle::spawn(desk(questions));
    for visitor in visitors {
        visitor.await.expect("a visitor");
    }
    desk.await.expect("a desk");
}
