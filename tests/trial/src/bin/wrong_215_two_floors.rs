//! An editor: the window on the main thread, the document on a thread and a runtime of its own; they talk through channels.
//!
//! Wrong: the document asks the window before it answers (may I overwrite?), while the window awaits the answer and hears no
//! question.
//!
//! Expected: `deadlock` over two runtimes: the window waits for a value of its answer's channel, the document for one of its own. The
//! cure: hear questions while you await the answer (`select!`).
//!
//! doctor: `deadlock`
//! ends: killed

use std::thread;
use std::time::Duration;

use kettle::runtime::Builder;
use kettle::sync::{mpsc, oneshot};
use kettle::time::sleep;

type May = (&'static str, oneshot::Sender<bool>);
type Save = (String, oneshot::Sender<usize>);

async fn document(mut saves: mpsc::Receiver<Save>, window: mpsc::Sender<May>) {
    while let Some((text, saved)) = saves.recv().await {
        sleep(Duration::from_millis(20)).await;
        let (answer, may) = oneshot::channel();
        window.send(("overwrite?", answer)).await.expect("the window is open");
        if may.await == Ok(true) {
            let _ = saved.send(text.len());
        }
    }
}

async fn window(save: mpsc::Sender<Save>, mut questions: mpsc::Receiver<May>) {
    for key in ["a", "ab", "abc"] {
        sleep(Duration::from_millis(30)).await;
        let (saved, answer) = oneshot::channel();
        save.send((key.to_owned(), saved)).await.expect("the document is open");
        println!("saved {:?}", answer.await);
        while let Ok((question, answer)) = questions.try_recv() {
            println!("{question}");
            let _ = answer.send(true);
        }
    }
}

fn main() {
    let (save, saves) = mpsc::channel(4);
    let (ask, questions) = mpsc::channel(4);
    let other = thread::spawn(move || {
        Builder::new_current_thread().enable_all().build().unwrap().block_on(document(saves, ask));
    });
    Builder::new_current_thread().enable_all().build().unwrap().block_on(window(save, questions));
    other.join().unwrap();
}
