//! An editor on the network: for each document that is open a task waits for the word that it was closed, and then frees its number.
//!
//! Right: many are opened during a second and a half and stay open for as long; then all are closed, and all the tasks end, which is awaited.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use kettle::sync::oneshot;
use kettle::task::JoinSet;
use kettle::time::{interval, sleep};

#[derive(Default)]
struct Editor {
    documents: HashMap<u32, (String, oneshot::Sender<()>)>,
    closers: JoinSet<()>,
    open: Arc<AtomicUsize>,
}

impl Editor {
    fn open(&mut self, number: u32) {
        let (closed, wait) = oneshot::channel();
        self.documents.insert(number, (String::new(), closed));
        self.open.fetch_add(1, Ordering::Relaxed);
        let open = Arc::clone(&self.open);
        self.closers.spawn(async move {
            let _ = wait.await;
            open.fetch_sub(1, Ordering::Relaxed);
        });
    }

    fn close(&mut self, number: u32) {
        if let Some((text, closed)) = self.documents.remove(&number) {
            assert!(text.is_empty());
            let _ = closed.send(());
        }
    }
}

#[kettle::main]
async fn main() {
    let mut editor = Editor::default();
    let mut tick = interval(Duration::from_millis(2));
    for number in 0..700 {
        tick.tick().await;
        (0..4).for_each(|part| editor.open(4 * number + part));
    }
    sleep(Duration::from_millis(1500)).await;
    for number in 0..2800 {
        editor.close(number);
        if number % 100 == 0 {
            tick.tick().await;
        }
    }
    while let Some(closed) = editor.closers.join_next().await {
        closed.unwrap();
    }
    println!("{} numbers taken", editor.open.load(Ordering::Relaxed));
}
