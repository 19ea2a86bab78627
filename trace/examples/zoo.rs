//! What do the six programs of the tutorial not show?
//!
//! A blocking job, a thread of one's own that sends, an abort, a panic, a `select!` inside a
//! `select!`, a loser that is only borrowed, local tasks, a line before a lock, a wake in a task's
//! own poll. One of each, so that the checks of the replay see them drawn.
//!
//! Not here: what is checked (`tests/replay/checks/`).

use std::future::{pending, poll_fn};
use std::sync::Arc;
use std::task::Poll;
use std::thread;
use std::time::Duration;

use kettle::sync::{Mutex, mpsc, oneshot};
use kettle::task::{self, LocalSet};
use kettle::time::{sleep, timeout};

#[kettle::main]
async fn main() {
    let (values, mut sent) = mpsc::channel(1);
    let (answer, asked) = oneshot::channel();
    let lock = Arc::new(Mutex::new(0));
    let job = task::spawn_blocking(|| thread::sleep(ms(30)));
    let doomed = kettle::spawn(sleep(Duration::from_secs(100)));
    let sender = kettle::spawn(send(values, Arc::clone(&lock)));
    let counter = kettle::spawn(count(lock));
    let remote = thread::spawn(move || {
        thread::sleep(ms(10));
        answer.send(9)
    });

    listen(&mut sent, asked).await;
    drop(sent);
    doomed.abort();
    let ends = (job.await.is_ok(), doomed.await.is_err(), sender.await.is_err(), counter.await);
    println!("job done, task aborted, sender panicked, counter done: {ends:?}");
    LocalSet::new().run_until(locally()).await;
    println!("the answer was heard: {:?}", remote.join().expect("no panic"));
}

/// Takes values until the answer comes; each round borrows the answer's future.
async fn listen(sent: &mut mpsc::Receiver<u32>, mut asked: oneshot::Receiver<u32>) {
    loop {
        kettle::select! {
            _ = sent.recv() => sleep(ms(4)).await,
            _ = &mut asked => break,
        }
    }
    kettle::select! {
        () = sleep(ms(2)) => {}
        _ = timeout(ms(50), pending::<()>()) => {}
    }
}

/// Its receiver goes, and it panics.
async fn send(values: mpsc::Sender<u32>, lock: Arc<Mutex<u32>>) {
    for value in 0.. {
        values.send(value).await.expect("somebody listens");
        let mut count = lock.lock().await;
        task::yield_now().await;
        *count += 1;
    }
}

async fn count(lock: Arc<Mutex<u32>>) {
    for _ in 0..3 {
        let mut count = lock.lock().await;
        sleep(ms(3)).await;
        *count += 1;
    }
    once_more().await;
}

/// Wakes its own task while that is polled. (`yield_now` defers the waker instead.)
async fn once_more() {
    let mut asked = false;
    let again = poll_fn(|cx| {
        if std::mem::replace(&mut asked, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    });
    again.await;
}

async fn locally() {
    let panics = task::spawn_local(async {
        sleep(ms(2)).await;
        panic!("on purpose")
    });
    assert!(panics.await.is_err());
    task::spawn_local(async {}).await.expect("no panic");
}

fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}
