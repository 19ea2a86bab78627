// Two locks. The first wakes every waiting task; the second is kettle's own, which has a line. Ten
// tasks take each, and keep it across an `.await`. How often are they polled, and which task gets
// the lock when?

use std::future::poll_fn;
use std::mem;
use std::sync::{Arc, Mutex as StdMutex};
use std::task::{Poll, Waker};
use std::time::Duration;

use kettle::runtime::Builder;
use kettle::sync::Mutex;
use kettle::time::sleep;
use kettle::trace::{Ledger, record};

/// Wakes every waiting task when it is released. The first that is polled gets it.
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
        let (_, waiting) = mem::take(&mut *self.0.lock().expect("no panic"));
        waiting.into_iter().for_each(Waker::wake); // std's lock is free again by now
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
    let (all, kettles) = (Arc::default(), Arc::default());
    print!("herd:  ");
    let ten = polls((0..10).map(|n| herd(n.to_string(), Arc::clone(&all), 1)).collect());
    println!(", {ten} polls");
    print!("kettle:");
    let ten = polls((0..10).map(|n| in_line(n.to_string(), Arc::clone(&kettles), 1)).collect());
    println!(", {ten} polls");

    let (anna, bert) = (|| "Anna".to_owned(), || "Bert".to_owned());
    print!("herd:  ");
    polls(vec![herd(anna(), Arc::clone(&all), 4), herd(bert(), all, 1)]);
    print!("\nkettle:");
    polls(vec![in_line(anna(), Arc::clone(&kettles), 4), in_line(bert(), kettles, 1)]);
    println!();
}
