//! Threads of an old program use an async library by `Handle::block_on`, while `main` drives the runtime and waits for
//! their results.
//!
//! Right: a guest's `block_on` waits for timers and channels that this runtime serves, on a thread that may block.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::thread;
use std::time::Duration;

use kettle::runtime::{Builder, Handle};
use kettle::sync::{mpsc, oneshot};
use kettle::time::sleep;

struct Question {
    city: &'static str,
    answer: oneshot::Sender<usize>,
}

async fn library(mut questions: mpsc::Receiver<Question>) {
    while let Some(question) = questions.recv().await {
        sleep(Duration::from_millis(150)).await;
        let _ = question.answer.send(question.city.len());
    }
}

fn guest(handle: &Handle, city: &'static str, library: &mpsc::Sender<Question>) -> usize {
    let mut letters = 0;
    for _ in 0..3 {
        letters += handle.block_on(async {
            let (answer, answered) = oneshot::channel();
            library.send(Question { city, answer }).await.expect("the library");
            answered.await.expect("an answer")
        });
        thread::sleep(Duration::from_millis(80)); // works with it
    }
    letters
}

fn main() -> std::io::Result<()> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let (questions, asked) = mpsc::channel(2);
    let (results, mut reported) = mpsc::channel(2);
    runtime.spawn(library(asked));
    let guests: Vec<_> = ["Leeds", "Bath", "York"]
        .map(|city| {
            let (handle, questions, results) =
                (runtime.handle().clone(), questions.clone(), results.clone());
            thread::spawn(move || {
                let letters = guest(&handle, city, &questions);
                results.blocking_send((city, letters)).expect("main");
            })
        })
        .into();
    drop((questions, results));
    runtime.block_on(async {
        while let Some((city, letters)) = reported.recv().await {
            println!("{city}: {letters}");
        }
    });
    for guest in guests {
        guest.join().expect("a guest");
    }
    Ok(())
}
