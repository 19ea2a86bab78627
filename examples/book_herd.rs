// Three locks. The first wakes every waiting task, the second serves tickets in their order, the
// third is kettle's own. Ten tasks take each, and keep it across an `.await`. How often are they
// polled, and which task gets the lock when?

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::mem;
use std::sync::{Arc, Mutex as StdMutex};
use std::task::{Context, Poll, Waker};
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

/// A ticket for each task that wants the lock, and the number that is being served.
#[derive(Default)]
struct Tickets {
    next: u64,
    serving: u64,
    waiting: BTreeMap<u64, Waker>,
}

impl Tickets {
    fn lock(&mut self, ticket: &mut Option<u64>, cx: &Context<'_>) -> Poll<()> {
        let mine = *ticket.get_or_insert_with(|| {
            self.next += 1;
            self.next - 1
        });
        if mine == self.serving {
            return Poll::Ready(());
        }
        self.waiting.insert(mine, cx.waker().clone());
        Poll::Pending
    }

    fn unlock(&mut self) {
        self.serving += 1;
        self.waiting.remove(&self.serving).inspect(Waker::wake_by_ref);
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

async fn by_ticket(name: String, lock: Arc<StdMutex<Tickets>>, times: u32) {
    for _ in 0..times {
        let mut ticket = None;
        poll_fn(|cx| lock.lock().expect("no panic").lock(&mut ticket, cx)).await;
        print!(" {name}");
        sleep(PAUSE).await;
        lock.lock().expect("no panic").unlock();
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
    let (all, one, kettles) = (Arc::default(), Arc::default(), Arc::default());
    print!("herd:   ");
    let ten = polls((0..10).map(|n| herd(n.to_string(), Arc::clone(&all), 1)).collect());
    println!(", {ten} polls");
    print!("tickets:");
    let ten = polls((0..10).map(|n| by_ticket(n.to_string(), Arc::clone(&one), 1)).collect());
    println!(", {ten} polls");
    print!("kettle: ");
    let ten = polls((0..10).map(|n| in_line(n.to_string(), Arc::clone(&kettles), 1)).collect());
    println!(", {ten} polls");

    let (anna, bert) = (|| "Anna".to_owned(), || "Bert".to_owned());
    print!("herd:   ");
    polls(vec![herd(anna(), Arc::clone(&all), 4), herd(bert(), all, 1)]);
    print!("\ntickets:");
    polls(vec![by_ticket(anna(), Arc::clone(&one), 4), by_ticket(bert(), one, 1)]);
    print!("\nkettle: ");
    polls(vec![in_line(anna(), Arc::clone(&kettles), 4), in_line(bert(), kettles, 1)]);
    println!();
}
