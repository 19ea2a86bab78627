// One task, one sleep: the whole life of a wake-up.
//
// # What happens inside
//
//  1. `#[kettle::main]` makes `main` a plain function: it builds a runtime and calls `block_on`.
//     here `runtime/macros/src/lib.rs: main`, tokio `tokio-macros/src/entry.rs`
//  2. `block_on` puts the list of tasks where a spawn and a waker find it. The body of `main` is
//     first in the run queue.
//     here `runtime/src/tasks/scheduler.rs: insert`,
//     tokio `tokio/src/runtime/scheduler/current_thread/mod.rs`
//  3. The loop takes it off the queue and polls it. The first line is printed.
//     here `runtime/src/executor/executor.rs: poll_tasks`,
//     tokio `tokio/src/runtime/scheduler/current_thread/mod.rs`
//  4. `sleep` notes a deadline and does nothing: no future does anything before it is polled.
//     here `src/time/sleep.rs: sleep`, tokio `tokio/src/time/sleep.rs`
//  5. Polled, it puts the deadline into the timer wheel, where the loop looks for it, with the
//     waker of `main`.
//     here `runtime/src/time/wheel.rs: insert`, tokio `tokio/src/runtime/time/wheel/mod.rs`
//  6. `Pending` goes all the way up to the loop. The task is idle now: it is in no queue.
//     here `runtime/src/tasks/scheduler.rs: check_in`, tokio `tokio/src/runtime/task/state.rs`
//  7. Nothing is left to do: the thread parks, in one system call, for two seconds.
//     here `runtime/src/executor/park.rs: park`, tokio `tokio/src/runtime/time/mod.rs`
//  8. The deadline has passed: the timer leaves the wheel.
//     here `runtime/src/time/time.rs: fire`, tokio `tokio/src/runtime/time/mod.rs`
//  9. It wakes its task, which goes to the run queue. Waking runs nothing yet.
//     here `runtime/src/tasks/scheduler.rs: wake`, tokio `tokio/src/runtime/task/waker.rs`
// 10. Polled again, the task goes on after its `.await`, prints, and is `Ready`: `block_on`
//     returns.
//     here `runtime/src/executor/executor.rs: poll`,
//     tokio `tokio/src/runtime/scheduler/current_thread/mod.rs`

use std::time::Duration;

use kettle::time::sleep;

async fn make_tea() {
    println!("Putting the kettle on.");
    sleep(Duration::from_secs(2)).await;
    println!("Water boiled. Making tea.");
}

#[kettle::main]
async fn main() {
    make_tea().await;
}
