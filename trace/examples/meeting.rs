//! What does a task wait for in `kettle::sync`, beside channels, `oneshot` and `Mutex`, and in
//! memory?
//!
//! One task for each of the others, and for a pipe, and each has to wait: so that the checks of the
//! replay see every primitive drawn, served and over. The clock is paused; nothing waits for real.
//!
//! Not here: what is checked (`tests/replay/checks/`).

use std::sync::Arc;
use std::time::Duration;

use kettle::io::{AsyncReadExt, AsyncWriteExt, duplex};
use kettle::sync::{Barrier, Notify, OnceCell, RwLock, Semaphore, SetOnce, broadcast, mpsc, watch};
use kettle::task::JoinSet;
use kettle::time::sleep;

/// All the tasks have been polled when this has passed.
const LATER: Duration = Duration::from_millis(5);

#[kettle::main(start_paused = true)]
async fn main() {
    let mut tasks = JoinSet::new();
    tasks.spawn(with_permits());
    tasks.spawn(with_places());
    tasks.spawn(with_a_notify());
    tasks.spawn(with_a_lock());
    tasks.spawn(with_a_barrier());
    tasks.spawn(with_a_watch());
    tasks.spawn(with_a_broadcast());
    tasks.spawn(with_cells());
    tasks.spawn(with_a_pipe());
    while let Some(task) = tasks.join_next().await {
        task.expect("no task panics");
    }
}

async fn with_permits() {
    let permits = Arc::new(Semaphore::new(2));
    let both = permits.acquire_many(2).await.expect("open");
    let waits = kettle::spawn({
        let permits = permits.clone();
        async move { permits.acquire().await.map(drop) }
    });
    sleep(LATER).await;
    drop(both);
    waits.await.expect("no panic").expect("open");
    permits.close();
    assert!(permits.acquire().await.is_err());
}

/// All places of a channel are reserved, and there is no value in it.
async fn with_places() {
    let (tx, mut rx) = mpsc::channel(2);
    let both = tx.reserve_many(2).await.expect("open");
    let waits = kettle::spawn({
        let tx = tx.clone();
        async move { tx.send("last").await }
    });
    sleep(LATER).await;
    for (place, word) in both.zip(["first", "second"]) {
        place.send(word);
    }
    assert_eq!(rx.recv().await, Some("first"));
    waits.await.expect("no panic").expect("open");
}

async fn with_a_notify() {
    let news = Arc::new(Notify::new());
    let two: Vec<_> = (0..2)
        .map(|_| {
            let news = news.clone();
            kettle::spawn(async move { news.notified().await })
        })
        .collect();
    sleep(LATER).await;
    news.notify_waiters();
    for task in two {
        task.await.expect("no panic");
    }
    news.notify_one(); // none waits: it is kept
    news.notified().await;
}

async fn with_a_lock() {
    let lock = Arc::new(RwLock::new(0));
    let reader = lock.read().await;
    let writer = kettle::spawn({
        let lock = lock.clone();
        async move { *lock.write().await += 1 }
    });
    sleep(LATER).await;
    drop(reader);
    writer.await.expect("no panic");
    assert_eq!(*lock.read().await, 1);
}

async fn with_a_barrier() {
    let barrier = Arc::new(Barrier::new(2));
    let other = kettle::spawn({
        let barrier = barrier.clone();
        async move { barrier.wait().await.is_leader() }
    });
    sleep(LATER).await;
    let leads = barrier.wait().await.is_leader();
    assert_ne!(other.await.expect("no panic"), leads);
}

async fn with_a_watch() {
    let (teas, mut seen) = watch::channel("black");
    let sees = kettle::spawn(async move {
        seen.changed().await.expect("a sender is there");
        let tea = *seen.borrow();
        (tea, seen.changed().await.is_err())
    });
    sleep(LATER).await;
    teas.send("green").expect("a receiver is there");
    sleep(LATER).await;
    drop(teas);
    assert_eq!(sees.await.expect("no panic"), ("green", true));
}

async fn with_a_broadcast() {
    let (calls, mut first) = broadcast::channel(1);
    let mut second = calls.subscribe();
    let heard = kettle::spawn(async move { first.recv().await });
    sleep(LATER).await;
    calls.send("ready").expect("receivers are there");
    assert_eq!(heard.await.expect("no panic"), Ok("ready"));
    calls.send("again").expect("a receiver is there"); // and the second one is late
    assert!(second.recv().await.is_err());
    assert_eq!(second.recv().await, Ok("again"));
}

async fn with_cells() {
    let cell = Arc::new(OnceCell::new());
    let first = kettle::spawn({
        let cell = cell.clone();
        async move {
            *cell
                .get_or_init(async || {
                    sleep(LATER).await;
                    1
                })
                .await
        }
    });
    kettle::task::yield_now().await;
    assert_eq!(*cell.get_or_init(async || 2).await, 1);
    assert_eq!(first.await.expect("no panic"), 1);

    let once = Arc::new(SetOnce::new());
    let waits = kettle::spawn({
        let once = once.clone();
        async move { *once.wait().await }
    });
    sleep(LATER).await;
    once.set("tea").expect("the first");
    assert_eq!(waits.await.expect("no panic"), "tea");
}

async fn with_a_pipe() {
    let (mut client, mut server) = duplex(8);
    let reads = kettle::spawn(async move {
        let mut word = String::new();
        server.read_to_string(&mut word).await.map(|_| word)
    });
    sleep(LATER).await;
    client.write_all(b"green tea").await.expect("the reader is there"); // a byte more than fits
    drop(client);
    assert_eq!(reads.await.expect("no panic").expect("text"), "green tea");
}
