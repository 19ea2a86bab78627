//! The thread pool of a well-known tutorial renders pages for an async server; it waits for its threads when it is dropped.
//!
//! Right: the sender is dropped first, so the threads end, the last of them after 100 ms; and nobody else has to wait for that.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::sync::{Arc, Mutex, mpsc};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use kettle::sync::oneshot;
use kettle::time::sleep;

type Job = Box<dyn FnOnce() + Send>;

struct Pool {
    threads: Vec<JoinHandle<()>>,
    jobs: Option<mpsc::Sender<Job>>,
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
        Pool { threads: (0..size).map(work).collect(), jobs: Some(jobs) }
    }

    fn render(&self, page: u64) -> oneshot::Receiver<u64> {
        let (done, rendered) = oneshot::channel();
        let job = move || {
            thread::sleep(Duration::from_millis(100 * page));
            let _ = done.send(page);
        };
        self.jobs.as_ref().unwrap().send(Box::new(job)).expect("the threads live");
        rendered
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        drop(self.jobs.take());
        for thread in self.threads.drain(..) {
            thread.join().unwrap();
        }
    }
}

#[kettle::main]
async fn main() {
    let pool = Pool::new(3);
    for page in [1, 3, 15, 2] {
        println!("page {}", pool.render(page).await.unwrap());
        sleep(Duration::from_millis(5)).await;
    }
    let _unread = pool.render(1);
    drop(pool);
    println!("shut down");
}
