//! A test of an importer, with the clock paused so that it takes no time: a job reads files, and asks for a pause now and then,
//! which a task grants after a minute.
//!
//! Wrong: a paused clock stands still while a blocking job runs. The job waits for the word of the task, and the task sleeps on a
//! clock that doesn't move.
//!
//! Expected: `deadlock`: the job waits for a value, the task for a timer that can't come, `main` for the job. The cure: no paused
//! clock in a test with such a job; or the job's waiting in a task.
//!
//! doctor: `deadlock`
//! ends: killed

use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::sleep;

async fn grant(mut asked: mpsc::Receiver<()>, granted: mpsc::Sender<u32>) {
    let mut round = 0;
    while asked.recv().await.is_some() {
        sleep(Duration::from_mins(1)).await;
        round += 1;
        if granted.send(round).await.is_err() {
            return;
        }
    }
}

#[kettle::main(start_paused = true)]
async fn main() {
    let (ask, asked) = mpsc::channel(1);
    let (grants, mut granted) = mpsc::channel(1);
    kettle::spawn(grant(asked, grants));
    let import = kettle::task::spawn_blocking(move || {
        let mut files = 0;
        for _ in 0..3 {
            files += 100;
            ask.blocking_send(()).expect("the task is there");
            granted.blocking_recv().expect("the task is there");
        }
        files
    });
    println!("{} files", import.await.unwrap());
}
