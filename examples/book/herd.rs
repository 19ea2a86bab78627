// Two locks: one wakes everybody who waits, kettle's hands itself on to the first in line. Ten
// tasks take it, and keep it across an `.await`. Who is polled how often, and who gets it when?

use std::future::poll_fn;
use std::mem;
use std::sync::{Arc, Mutex as StdMutex};
use std::task::{Poll, Waker};
use std::time::Duration;

use kettle::runtime::Builder;
use kettle::sync::Mutex;
use kettle::time::sleep;
use kettle::trace::{Ledger, record};

/// Wakes everybody when it is released: first come, first served, of those who run.
#[derive(Default)]
struct Herd(StdMutex<(bool, Vec<Waker>)>);

impl Herd {
    async fn take(&self) {
        poll_fn(|cx| {
            let (taken, waiting) = &mut *self.0.lock().expect("no panic");
            if mem::replace(taken, true) {
                waiting.push(cx.waker().clone());
                return Poll::Pending;
            }
            Poll::Ready(())
        })
        .await;
    }

    fn release(&self) {
        let (_, everybody) = mem::take(&mut *self.0.lock().expect("no panic"));
        everybody.into_iter().for_each(Waker::wake); // the lock of std is free again by now
    }
}

const PAUSE: Duration = Duration::from_millis(10);

async fn herd(name: String, lock: Arc<Herd>, times: u32) {
    for _ in 0..times {
        lock.take().await;
        print!(" {name}");
        sleep(PAUSE).await;
        lock.release();
    }
}

async fn in_line(name: String, lock: Arc<Mutex<()>>, times: u32) {
    for _ in 0..times {
        let _guard = lock.lock().await;
        print!(" {name}");
        sleep(PAUSE).await;
    }
}

/// Runs such tasks to their end. How many polls did it take?
fn polls<F: Future<Output = ()> + Send + 'static>(tasks: Vec<F>) -> u64 {
    let ((), records) = record(|| {
        let mut builder = Builder::new_current_thread();
        let runtime = builder.start_paused(true).build().expect("a runtime");
        runtime.block_on(async {
            let handles: Vec<_> = tasks.into_iter().map(kettle::spawn).collect();
            for handle in handles {
                handle.await.expect("no panic");
            }
        });
    });
    let ledger = Ledger::from_records(&records);
    let of_tasks = ledger.polls_by_task.iter().filter(|(name, _)| name.to_string() != "main");
    of_tasks.map(|(_, polls)| polls).sum()
}

fn main() {
    let (lock, other) = (Arc::new(Herd::default()), Arc::new(Mutex::new(())));
    let ten = polls((0..10).map(|n| herd(n.to_string(), lock.clone(), 1)).collect());
    println!(" herd: {ten} polls");
    let ten = polls((0..10).map(|n| in_line(n.to_string(), other.clone(), 1)).collect());
    println!(" line: {ten} polls");

    let (lock, other) = (Arc::new(Herd::default()), Arc::new(Mutex::new(())));
    polls(vec![herd("Anna".into(), lock.clone(), 4), herd("Bert".into(), lock, 1)]);
    println!(" herd");
    polls(vec![in_line("Anna".into(), other.clone(), 4), in_line("Bert".into(), other, 1)]);
    println!(" line");
}
