//! A test of the driver of a kitchen scale, with the clock paused so that it takes no time. The scale itself is played by a
//! thread that answers after 50 ms.
//!
//! Wrong: a paused clock jumps as soon as no task can run, and of the thread it knows nothing. The limit of five seconds is
//! over at once, and each weighing fails.
//!
//! Can't be told: five seconds of the program's own time have passed, and the limit may be what the test is about. (The cure:
//! play the scale in a task, or in `spawn_blocking`, for which a paused clock waits.)
//!
//! doctor: can't be told
//! ends: by itself

use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use kettle::sync::oneshot;
use kettle::time::timeout;

type Question = oneshot::Sender<u32>;

struct Scale {
    questions: Sender<Question>,
}

fn scale(questions: &Receiver<Question>) {
    let mut grams = 200;
    while let Ok(question) = questions.recv() {
        std::thread::sleep(Duration::from_millis(50));
        grams += 7;
        let _ = question.send(grams);
    }
}

impl Scale {
    fn plug_in() -> Scale {
        let (questions, asked) = channel();
        std::thread::spawn(move || scale(&asked));
        Scale { questions }
    }

    async fn weigh(&self) -> Option<u32> {
        let (question, answer) = oneshot::channel();
        self.questions.send(question).ok()?;
        timeout(Duration::from_secs(5), answer).await.ok()?.ok()
    }
}

#[kettle::main(start_paused = true)]
async fn main() {
    let scale = Scale::plug_in();
    let mut failed = 0;
    for _ in 0..3 {
        match scale.weigh().await {
            Some(grams) => println!("{grams} g"),
            None => failed += 1,
        }
    }
    println!("{failed} of 3 weighings failed");
}
