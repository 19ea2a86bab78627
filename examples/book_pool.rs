// A pool of two threads is given four jobs. Which of them begin, and which can still be cancelled?

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Condvar, Mutex};

use kettle::runtime::Builder;
use kettle::sync::mpsc;
use kettle::task::spawn_blocking;

/// A door at which threads block.
#[derive(Default)]
struct Door(Mutex<bool>, Condvar);

impl Door {
    fn pass(&self) {
        let open = self.0.lock().expect("no panic");
        drop(self.1.wait_while(open, |open| !*open).expect("no panic"));
    }

    fn open(&self) {
        *self.0.lock().expect("no panic") = true;
        self.1.notify_all();
    }
}

async fn four_jobs() {
    let (door, begun) = (Arc::new(Door::default()), Arc::new(AtomicUsize::new(0)));
    let (begins, mut beginnings) = mpsc::unbounded_channel();
    let jobs = [1, 2, 3, 4].map(|number| {
        let (door, begun, begins) = (door.clone(), begun.clone(), begins.clone());
        spawn_blocking(move || {
            begun.fetch_add(1, SeqCst);
            begins.send(number).expect("main counts");
            door.pass();
            "done"
        })
    });
    for _ in 0..2 {
        beginnings.recv().await;
    }
    println!("four jobs, two threads: {} have begun", begun.load(SeqCst));
    jobs[0].abort();
    jobs[3].abort();
    door.open();
    for (job, number) in jobs.into_iter().zip(1..) {
        println!("job {number}: {}", job.await.unwrap_or("cancelled"));
    }
    println!("{} have begun", begun.load(SeqCst));
}

fn main() {
    let runtime = Builder::new_current_thread().max_blocking_threads(2).build();
    runtime.expect("a runtime").block_on(four_jobs());
}
