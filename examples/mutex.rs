// Ten tasks and one lock, which is free whenever a task asks for it.
//
// # What happens inside
//
//  1. `Mutex::new` makes the lock: a value, one permit, and an empty line of waiting tasks.
//     here `src/sync/mutex/value.rs: new`, tokio `tokio/src/sync/mutex.rs`
//  2. Ten times `spawn`: ten tasks are in the run queue. None has begun, `main` is still running.
//     here `runtime/src/tasks/scheduler.rs: insert`,
//     tokio `tokio/src/runtime/scheduler/current_thread/mod.rs`
//  3. `main` sleeps, and only now the tasks are polled, in the order of their spawns.
//     here `runtime/src/executor/executor.rs: poll_tasks`,
//     tokio `tokio/src/runtime/scheduler/current_thread/mod.rs`
//  4. `lock` finds the permit free and takes it: no waiting, no waker.
//     here `src/sync/semaphore/permits.rs: poll_take`, tokio `tokio/src/sync/batch_semaphore.rs`
//  5. The guard is dropped: the permit is free. The line is empty, so no task is woken.
//     here `src/sync/semaphore/held.rs: drop`, tokio `tokio/src/sync/batch_semaphore.rs`
//  6. The task has finished and its handle was dropped, so its slot is free at once.
//     here `runtime/src/executor/executor.rs: poll`,
//     tokio `tokio/src/runtime/task/harness.rs`
//  7. After the tenth the thread parks until `main`'s sleep is over.
//     here `runtime/src/executor/park.rs: park`,
//     tokio `tokio/src/runtime/scheduler/current_thread/mod.rs`
//
// On one thread no task can find a lock taken whose owner doesn't await while it holds it. A lock
// that is held across an `.await` is another matter: the other tasks then wait in line, without
// blocking the thread.

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Mutex;
use kettle::time::sleep;

#[kettle::main]
async fn main() {
    let counter = Arc::new(Mutex::new(0));

    for _ in 0..10 {
        let counter = Arc::clone(&counter);
        kettle::spawn(async move {
            let mut num = counter.lock().await;
            *num += 1;
        });
    }

    sleep(Duration::from_millis(100)).await;
    println!("Final count: {}", *counter.lock().await);
}
