//! A worker answers questions over `oneshot`s. It stops looking an answer up when the caller hangs up.
//!
//! Right: it takes the first of both, the answer or `closed`; the second caller does hang up.
//!
//! Expected: silence.
//!
//! doctor: silence
//! ends: by itself

use kettle::select;
use kettle::sync::{mpsc, oneshot};
use kettle::time::{Duration, sleep, timeout};

struct Question {
    pause: u64,
    answer: oneshot::Sender<u64>,
}

async fn look_up(pause: u64) -> u64 {
    sleep(Duration::from_millis(pause)).await;
    pause
}

async fn worker(mut questions: mpsc::Receiver<Question>) -> u32 {
    let mut given_up = 0;
    while let Some(mut question) = questions.recv().await {
        select! {
            found = look_up(question.pause) => {
                let _ = question.answer.send(found);
            }
            () = question.answer.closed() => given_up += 1,
        }
    }
    given_up
}

#[kettle::main]
async fn main() {
    let (ask, questions) = mpsc::channel(4);
    let worker = kettle::spawn(worker(questions));
    for pause in [10, 30_000, 20] {
        let (answer, answered) = oneshot::channel();
        assert!(ask.send(Question { pause, answer }).await.is_ok());
        match timeout(Duration::from_millis(600), answered).await {
            Ok(found) => println!("{}", found.unwrap()),
            Err(_) => println!("never mind"),
        }
    }
    drop(ask);
    println!("{} given up", worker.await.unwrap());
}
