//! A worker answers questions over `oneshot`s. Before it looks an answer up, it wants to know whether the caller is still there.
//!
//! Wrong: it awaits `closed` together with the work (`join!`), where it wanted the first of both. The caller doesn't hang up, it waits for the answer.
//!
//! Expected: `deadlock`. Task 1 waits for the caller to drop its receiver (`closed`), `main` waits for that oneshot's answer. The cure: `select!` in place of `join!` (or ask `is_closed()`), so that the answer is sent while the receiver lives.
//!
//! doctor: `deadlock`
//! ends: killed

use kettle::join;
use kettle::sync::{mpsc, oneshot};
use kettle::time::{Duration, sleep};

struct Question {
    text: String,
    answer: oneshot::Sender<usize>,
}

async fn look_up(text: &str) -> usize {
    sleep(Duration::from_millis(30)).await;
    text.len()
}

async fn worker(mut questions: mpsc::Receiver<Question>) {
    while let Some(mut question) = questions.recv().await {
        let (found, ()) = join!(look_up(&question.text), question.answer.closed());
        let _ = question.answer.send(found);
    }
}

#[kettle::main]
async fn main() {
    let (ask, questions) = mpsc::channel(4);
    kettle::spawn(worker(questions));
    for text in ["how long", "how much longer"] {
        let (answer, answered) = oneshot::channel();
        let text = text.to_owned();
        assert!(ask.send(Question { text, answer }).await.is_ok());
        println!("{}", answered.await.unwrap());
    }
}
