//! How tasks end, and who hears of it.

use super::rt::time::{Duration, sleep};
use super::turns::step_aside;

/// Handles are awaited in another order than their tasks end.
pub(crate) async fn handles_out_of_order() {
    let slow = super::rt::spawn(async {
        sleep(Duration::from_millis(20)).await;
        "slow"
    });
    let fast = super::rt::spawn(async {
        sleep(Duration::from_millis(10)).await;
        "fast"
    });
    println!("{}", slow.await.expect("no panic"));
    println!("{}", fast.await.expect("no panic"));
}

/// A task waits for a task that waits for a task.
pub(crate) async fn handles_in_a_chain() {
    let first = super::rt::spawn(async { sleep(Duration::from_millis(5)).await });
    let second = super::rt::spawn(async { first.await.expect("no panic") });
    let third = super::rt::spawn(async { second.await.expect("no panic") });
    third.await.expect("no panic");
    println!("all three");
}

/// No task waits: the handles are dropped, and the tasks go on.
pub(crate) async fn handles_dropped() {
    for i in 1..=3 {
        drop(super::rt::spawn(async move {
            step_aside().await;
            println!("{i}");
        }));
    }
    sleep(Duration::from_millis(1)).await;
}

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

/// A task that waits is aborted.
pub(crate) async fn abort_waiting() {
    let task = super::rt::spawn(async { sleep(Duration::from_secs(1)).await });
    sleep(Duration::from_millis(1)).await;
    task.abort();
    println!("cancelled: {}", task.await.is_err_and(|error| error.is_cancelled()));
}

/// A task is aborted before its first poll.
pub(crate) async fn abort_unpolled() {
    let task = super::rt::spawn(async { println!("never printed") });
    task.abort();
    println!("cancelled: {}", task.await.is_err_and(|error| error.is_cancelled()));
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

/// An abort of a task that is in the queue already, and of one that has ended.
pub(crate) async fn abort_queued_and_ended() {
    super::rt::spawn(aborts()).await.expect("no panic");
}

async fn aborts() {
    let queued = super::rt::spawn(async {
        step_aside().await;
        println!("never printed");
    });
    let ended = super::rt::spawn(async { "done" });
    step_aside().await;
    queued.abort();
    ended.abort();
    println!("cancelled: {}", queued.await.is_err_and(|error| error.is_cancelled()));
    println!("{:?}", ended.await.ok());
}

/// What an aborted task held is dropped, and that wakes another.
pub(crate) async fn abort_wakes_another() {
    let (tx, rx) = super::rt::sync::oneshot::channel::<()>();
    let holder = super::rt::spawn(async move {
        let _held = tx;
        sleep(Duration::from_secs(1)).await;
    });
    let waiting = super::rt::spawn(async move { println!("gone: {}", rx.await.is_err()) });
    sleep(Duration::from_millis(1)).await;
    holder.abort();
    waiting.await.expect("no panic");
}

/// A task is aborted twice before its turn comes.
pub(crate) async fn abort_twice() {
    let sleeper = super::rt::spawn(async { sleep(Duration::from_secs(1)).await });
    let aborting = super::rt::spawn({
        let sleeper = sleeper.abort_handle();
        async move {
            sleep(Duration::from_millis(1)).await;
            sleeper.abort();
            sleeper.abort();
            println!("asked twice");
        }
    });
    println!("cancelled: {}", sleeper.await.is_err_and(|error| error.is_cancelled()));
    aborting.await.expect("no panic");
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

/// A handle moves to another task, after it was polled.
pub(crate) async fn handle_moves() {
    let mut ending = super::rt::spawn(async { sleep(Duration::from_millis(10)).await });
    let early = super::rt::time::timeout(Duration::from_millis(5), &mut ending).await;
    println!("in time: {}", early.is_ok());
    let heir = super::rt::spawn(async move { ending.await.expect("no panic") });
    heir.await.expect("no panic");
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
