//! An editor: the window on the main thread, the document on a thread and a runtime of its own; they ask each other through channels.
//!
//! Right: the window hears questions while it awaits an answer. In between both runtimes sleep, and each waits for the other.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::thread;
use std::time::Duration;

use kettle::runtime::Builder;
use kettle::sync::{mpsc, oneshot};

type May = oneshot::Sender<bool>;
type Save = (String, oneshot::Sender<usize>);

async fn document(mut saves: mpsc::Receiver<Save>, window: mpsc::Sender<May>) {
    while let Some((text, saved)) = saves.recv().await {
        let (answer, may) = oneshot::channel();
        window.send(answer).await.expect("the window is open");
        if may.await == Ok(true) {
            thread::sleep(Duration::from_millis(1_200)); // a slow disk, and this thread has nothing else to do
            let _ = saved.send(text.len());
        }
    }
}

async fn window(save: mpsc::Sender<Save>, mut questions: mpsc::Receiver<May>) {
    for text in ["a", "ab"] {
        let (saved, mut answer) = oneshot::channel();
        save.send((text.to_owned(), saved)).await.expect("the document is open");
        loop {
            kettle::select! {
                saved = &mut answer => break println!("saved {saved:?}"),
                Some(may) = questions.recv() => may.send(true).expect("it waits"),
            }
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
