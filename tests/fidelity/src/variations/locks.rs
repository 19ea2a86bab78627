//! Locks that are found taken.

use std::sync::Arc;

use super::rt::sync::Mutex;
use super::rt::time::{Duration, sleep};
use super::turns::step_aside;

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
