//! Locks that are found taken.

use std::sync::Arc;

use super::rt::sync::Mutex;
use super::rt::time::{Duration, sleep, timeout};
use super::turns::step_aside;

/// The tutorial's lock is never found taken. Held across an `.await`, it is, and a line forms.
pub(crate) async fn mutex_across_await() {
    let lock = Arc::new(Mutex::new(0));
    let mut tasks = Vec::new();
    for i in 1..=4 {
        let lock = Arc::clone(&lock);
        tasks.push(super::rt::spawn(async move {
            let mut value = lock.lock().await;
            sleep(Duration::from_millis(10)).await;
            *value += 1;
            println!("{i} made it {value}");
        }));
    }
    for task in tasks {
        task.await.expect("no panic");
    }
}

/// A task that releases a lock and wants it again at once joins the back of the queue.
pub(crate) async fn mutex_again_at_once() {
    let lock = Arc::new(Mutex::new(()));
    for name in ["A", "B"] {
        let lock = Arc::clone(&lock);
        super::rt::spawn(async move {
            for round in 1..=3 {
                let guard = lock.lock().await;
                println!("{name} has it, {round}");
                step_aside().await;
                drop(guard);
            }
        });
    }
    sleep(Duration::from_millis(1)).await;
}

/// One in the middle of the line gives up.
pub(crate) async fn mutex_one_gives_up() {
    let lock = Arc::new(Mutex::new(()));
    let held = lock.lock().await;
    let mut tasks = Vec::new();
    for i in 1..=3 {
        let lock = Arc::clone(&lock);
        tasks.push(super::rt::spawn(async move {
            let patience = Duration::from_millis(if i == 2 { 5 } else { 50 });
            let got = timeout(patience, lock.lock()).await.is_ok();
            println!("{i}: {got}");
        }));
    }
    sleep(Duration::from_millis(10)).await;
    drop(held);
    for task in tasks {
        task.await.expect("no panic");
    }
}

/// The task that was handed the lock is aborted before its poll: the next one gets it.
pub(crate) async fn mutex_heir_aborted() {
    let lock = Arc::new(Mutex::new(()));
    let held = lock.lock().await;
    let mut tasks = Vec::new();
    for i in 1..=2 {
        let lock = Arc::clone(&lock);
        tasks.push(super::rt::spawn(async move {
            let _guard = lock.lock().await;
            println!("{i} has it");
        }));
    }
    sleep(Duration::from_millis(1)).await;
    drop(held);
    tasks[0].abort();
    for task in tasks {
        println!("ended well: {}", task.await.is_ok());
    }
}

/// A lock that is free, three hundred times: the budget ends, and others go first.
pub(crate) async fn mutex_three_hundred_times() {
    let lock = Arc::new(Mutex::new(0));
    let other = super::rt::spawn(async { println!("the other one") });
    let counting = super::rt::spawn(async move {
        for _ in 0..300 {
            *lock.lock().await += 1;
        }
        println!("{}", lock.lock().await);
    });
    other.await.expect("no panic");
    counting.await.expect("no panic");
}

/// A task that panics releases the lock, and the next one gets it.
pub(crate) async fn mutex_of_who_panics() {
    let lock = Arc::new(Mutex::new(0));
    for i in 1..=2 {
        let lock = Arc::clone(&lock);
        super::rt::spawn(async move {
            let mut value = lock.lock().await;
            step_aside().await;
            assert!(i == 2, "the kettle fell over");
            *value += 1;
        });
    }
    sleep(Duration::from_millis(1)).await;
    println!("{}", lock.lock().await);
}

/// A task that only tries doesn't wait, and doesn't overtake.
pub(crate) async fn mutex_tried() {
    let lock = Arc::new(Mutex::new(()));
    let held = lock.lock().await;
    let waiting = super::rt::spawn({
        let lock = Arc::clone(&lock);
        async move { drop(lock.lock_owned().await) }
    });
    sleep(Duration::from_millis(1)).await;
    println!("{}", lock.try_lock().is_ok());
    drop(held);
    println!("{}", lock.try_lock().is_ok());
    waiting.await.expect("no panic");
    println!("{}", lock.try_lock().is_ok());
}
