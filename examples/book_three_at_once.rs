// A thousand letters are to be written, three at a time. Four ways to keep to that: how many tasks
// are there meanwhile, and how far ahead is the list read?

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream;
use kettle::runtime::Handle;
use kettle::sync::Semaphore;
use kettle::task::JoinSet;
use kettle::time::sleep;

static WRITING: AtomicUsize = AtomicUsize::new(0);
static AT_ONCE: AtomicUsize = AtomicUsize::new(0);
static READ: AtomicUsize = AtomicUsize::new(0);

/// The list, which counts how far it has been read.
fn letters() -> impl Iterator<Item = usize> + Send {
    (1..=1000).inspect(|letter| READ.store(*letter, Relaxed))
}

async fn write(letter: usize) {
    AT_ONCE.fetch_max(WRITING.fetch_add(1, Relaxed) + 1, Relaxed);
    sleep(Duration::from_secs(1)).await;
    WRITING.fetch_sub(1, Relaxed);
    if letter == 10 {
        let (read, tasks) = (READ.load(Relaxed), Handle::current().metrics().num_alive_tasks());
        print!("{read:>4} are read, {tasks:>3} tasks, ");
    }
}

async fn with_a_semaphore() {
    let pens = Arc::new(Semaphore::new(3));
    let mut tasks = JoinSet::new();
    for letter in letters() {
        let pens = Arc::clone(&pens);
        tasks.spawn(async move {
            let _pen = pens.acquire().await.expect("it is never closed");
            write(letter).await;
        });
    }
    tasks.join_all().await;
}

async fn with_a_permit_first() {
    let pens = Arc::new(Semaphore::new(3));
    let mut tasks = JoinSet::new();
    for letter in letters() {
        let pen = Arc::clone(&pens).acquire_owned().await.expect("it is never closed");
        tasks.spawn(async move {
            write(letter).await;
            drop(pen);
        });
    }
    tasks.join_all().await;
}

async fn with_a_full_set() {
    let mut tasks = JoinSet::new();
    for letter in letters() {
        if tasks.len() == 3 {
            tasks.join_next().await.expect("it has three").expect("no panic");
        }
        tasks.spawn(write(letter));
    }
    tasks.join_all().await;
}

async fn with_a_stream() {
    stream::iter(letters()).map(write).buffer_unordered(3).collect::<()>().await;
}

async fn tell(way: &str, writing: impl Future<Output = ()>) {
    print!("{way:<31}");
    writing.await;
    println!("{} at once", AT_ONCE.swap(0, Relaxed));
}

#[kettle::main(start_paused = true)]
async fn main() {
    tell("a task each, and a semaphore", with_a_semaphore()).await;
    tell("a permit, then a task", with_a_permit_first()).await;
    tell("a set that is full with three", with_a_full_set()).await;
    tell("buffer_unordered(3)", with_a_stream()).await;
}
