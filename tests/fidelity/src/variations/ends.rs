//! How tasks end, and who hears of it.

use super::rt::time::{Duration, sleep};
use super::turns::step_aside;

/// What is still waiting when `main` ends goes with the runtime.
pub(crate) async fn main_ends_first() {
    super::rt::spawn(async {
        sleep(Duration::from_secs(1)).await;
        println!("never printed");
    });
    step_aside().await;
}

/// A panic is reported to the awaiting task.
pub(crate) async fn panic_in_a_task() {
    let falling = super::rt::spawn(async {
        step_aside().await;
        panic!("the kettle fell over");
    });
    let other = super::rt::spawn(async { println!("the other one") });
    println!("panicked: {}", falling.await.is_err_and(|error| error.is_panic()));
    other.await.expect("no panic");
}

/// A task aborts itself and waits.
pub(crate) async fn abort_itself() {
    let (tx, rx) = super::rt::sync::oneshot::channel::<super::rt::task::AbortHandle>();
    let task = super::rt::spawn(async move {
        rx.await.expect("a handle").abort();
        println!("aborted, and still running");
        sleep(Duration::from_secs(1)).await;
        println!("never printed");
    });
    tx.send(task.abort_handle()).expect("the task is there");
    println!("cancelled: {}", task.await.is_err_and(|error| error.is_cancelled()));
}

/// The same, but another one does it.
pub(crate) async fn abort_by_another() {
    let (tx, rx) = super::rt::sync::oneshot::channel::<super::rt::task::AbortHandle>();
    let other = super::rt::spawn(async move {
        rx.await.expect("a handle").abort();
        println!("aborted");
        sleep(Duration::from_secs(1)).await;
    });
    let task = super::rt::spawn(async move {
        sleep(Duration::from_secs(1)).await;
        println!("never printed");
    });
    tx.send(task.abort_handle()).expect("the other one is there");
    println!("cancelled: {}", task.await.is_err_and(|error| error.is_cancelled()));
    other.await.expect("no panic");
}

/// A future that spawns when it is dropped.
pub(crate) async fn drop_spawns() {
    struct Last;
    impl Drop for Last {
        fn drop(&mut self) {
            super::rt::spawn(async { println!("the last wish") });
        }
    }
    let task = super::rt::spawn(async {
        let _last = Last;
        sleep(Duration::from_secs(1)).await;
    });
    sleep(Duration::from_millis(1)).await;
    task.abort();
    sleep(Duration::from_millis(1)).await;
}

/// Three hundred handles of tasks that are over: the budget ends in between.
pub(crate) async fn three_hundred_handles() {
    let handles: Vec<_> = (0..300).map(|_| super::rt::spawn(async {})).collect();
    sleep(Duration::from_millis(1)).await;
    let other = super::rt::spawn(async { println!("the other one") });
    for handle in handles {
        handle.await.expect("no panic");
    }
    println!("all three hundred");
    other.await.expect("no panic");
}

/// When does `is_finished` say that a task has finished?
pub(crate) async fn handle_is_finished() {
    let task = super::rt::spawn(async {});
    let aborted = super::rt::spawn(async { sleep(Duration::from_secs(1)).await });
    let asked = aborted.abort_handle();
    println!("{} {}", task.is_finished(), asked.is_finished());
    sleep(Duration::from_millis(1)).await;
    aborted.abort();
    println!("{} {}", task.is_finished(), asked.is_finished());
    sleep(Duration::from_millis(1)).await;
    println!("{} {}", task.is_finished(), asked.is_finished());
}
