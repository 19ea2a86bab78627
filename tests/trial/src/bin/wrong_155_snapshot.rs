//! A store of notes: after a change, a copy of it is written to the disk by a job on another thread.
//!
//! Wrong: the task keeps the guard of the lock while it awaits the job, and the job takes the same lock by `blocking_lock`.
//!
//! Expected: `deadlock`: `main` waits for the job, and the job for the lock that `main` has. The cure: drop the guard before
//! the job is awaited, or give the job a copy.
//!
//! doctor: `deadlock`
//! ends: killed

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Mutex;
use kettle::task::spawn_blocking;
use kettle::time::sleep;

type Notes = BTreeMap<String, String>;

#[derive(Clone, Default)]
struct Store {
    notes: Arc<Mutex<Notes>>,
}

impl Store {
    fn save(&self) -> usize {
        let notes = self.notes.blocking_lock();
        notes.iter().map(|(title, text)| title.len() + text.len() + 2).sum()
    }

    async fn change(&self, title: &str, text: &str) -> usize {
        let mut notes = self.notes.lock().await;
        notes.insert(title.to_owned(), text.to_owned());
        let store = self.clone();
        spawn_blocking(move || store.save()).await.expect("the job doesn't panic")
    }
}

#[kettle::main]
async fn main() {
    let store = Store::default();
    for (title, text) in [("shopping", "tea, milk"), ("birthdays", "Ada: December 10")] {
        sleep(Duration::from_millis(30)).await;
        println!("{title}: {} bytes saved", store.change(title, text).await);
    }
}
