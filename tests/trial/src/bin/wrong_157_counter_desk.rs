//! A counter that is not `Send` lives in a task of a `LocalSet`; others ask it by a channel.
//!
//! Wrong: the set's tasks run only while the set is polled. `run_until` has ended with the first answer, and the second
//! question is asked outside.
//!
//! Expected: `deadlock`: `main` waits for an answer, and the task of the set is ready, but no task polls its set. The cure: ask
//! within `run_until`, or await the set beside the rest.
//!
//! doctor: `deadlock`
//! ends: killed

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use kettle::sync::{mpsc, oneshot};
use kettle::task::{LocalSet, spawn_local};
use kettle::time::sleep;

type Question = oneshot::Sender<u32>;

async fn desk(mut questions: mpsc::Receiver<Question>, count: Rc<Cell<u32>>) {
    while let Some(question) = questions.recv().await {
        sleep(Duration::from_millis(5)).await;
        count.set(count.get() + 1);
        let _ = question.send(count.get());
    }
}

async fn next_number(desk: &mpsc::Sender<Question>) -> u32 {
    let (question, answer) = oneshot::channel();
    desk.send(question).await.expect("the desk is open");
    answer.await.expect("the desk answers")
}

#[kettle::main]
async fn main() {
    let set = LocalSet::new();
    let (to_desk, questions) = mpsc::channel(4);
    let first = set.run_until(async {
        spawn_local(desk(questions, Rc::default()));
        next_number(&to_desk).await
    });
    println!("the first visitor has number {}", first.await);
    println!("the next one has number {}", next_number(&to_desk).await);
}
