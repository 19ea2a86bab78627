//! A register is saved in a job, which locks it with `blocking_lock`; the task awaits the job with the guard in its
//! hand, two functions above.
//!
//! doctor: `deadlock`
//! cure: drop the guard before the job is awaited, or hand the values to the job
//! ends: killed

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Mutex;
use kettle::task::spawn_blocking;
use kettle::time::sleep;

#[derive(Clone, Default)]
struct Register {
    names: Arc<Mutex<Vec<String>>>,
}

impl Register {
    async fn enter(&self, name: &str) {
        let mut names = self.names.lock().await;
        names.push(name.to_owned());
        if names.len().is_multiple_of(3) {
            self.checkpoint().await;
        }
    }

    async fn checkpoint(&self) {
        sleep(Duration::from_millis(10)).await;
        let bytes = self.save().await;
        println!("{bytes} bytes saved");
    }

    async fn save(&self) -> usize {
        let names = self.names.clone();
        let job = spawn_blocking(move || names.blocking_lock().join("\n").len());
        job.await.unwrap()
    }
}

#[kettle::main]
async fn main() {
    let register = Register::default();
    for name in ["Ann", "Bob", "Cid", "Dan"] {
        register.enter(name).await;
    }
}
