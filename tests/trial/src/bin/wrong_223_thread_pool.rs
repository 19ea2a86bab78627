//! The thread pool of a well-known tutorial renders pages for an async server; it waits for its threads when it is dropped.
//!
//! Wrong: the sender of the jobs is a field of the pool, and still there while `drop` joins the threads, which wait for a job or the end of
//! the channel. (The tutorial's own first version has this.)
//!
//! Expected: `blocking_poll`, a poll of `main` that never ends: each thread waits for another one. The cure: drop the sender before
//! the threads are joined.
//!
//! doctor: `blocking_poll` | `deadlock`
//! ends: killed

use std::sync::{Arc, Mutex, mpsc};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use kettle::sync::oneshot;
use kettle::time::sleep;

type Job = Box<dyn FnOnce() + Send>;

struct Pool {
    threads: Vec<JoinHandle<()>>,
    jobs: mpsc::Sender<Job>,
}

impl Pool {
    fn new(size: usize) -> Pool {
        let (jobs, taken) = mpsc::channel::<Job>();
        let taken = Arc::new(Mutex::new(taken));
        let work = |_| {
            let taken = Arc::clone(&taken);
            thread::spawn(move || {
                loop {
                    let job = taken.lock().unwrap().recv();
                    let Ok(job) = job else { return };
                    job();
                }
            })
        };
        Pool { threads: (0..size).map(work).collect(), jobs }
    }

    async fn render(&self, page: u32) -> String {
        let (done, rendered) = oneshot::channel();
        let job = move || {
            thread::sleep(Duration::from_millis(20));
            let _ = done.send(format!("page {page}"));
        };
        self.jobs.send(Box::new(job)).expect("the threads live");
        rendered.await.expect("no panic")
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        for thread in self.threads.drain(..) {
            thread.join().unwrap();
        }
    }
}

#[kettle::main]
async fn main() {
    let pool = Pool::new(3);
    for page in 0..4 {
        println!("{}", pool.render(page).await);
        sleep(Duration::from_millis(5)).await;
    }
    drop(pool);
    println!("shut down");
}
