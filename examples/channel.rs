// Two tasks and a channel between them: which task waits for which?
//
// # What happens inside
//
//  1. `mpsc::channel(32)` makes a queue with room for 32 messages, shared by both ends.
//     here `src/sync/mpsc/mod.rs: channel`, tokio `tokio/src/sync/mpsc/bounded.rs`
//  2. `spawn` queues the task behind `main`, which runs on: nothing is sent yet.
//     here `runtime/src/runtime/spawn.rs: spawn`, tokio `tokio/src/task/spawn.rs`
//  3. `recv` finds the channel empty, stores the waker of `main`, and is `Pending`.
//     here `src/sync/mpsc/receiver.rs: poll_recv`, tokio `tokio/src/sync/mpsc/chan.rs`
//  4. The task is polled. There is room: `send` puts the message in and doesn't wait.
//     here `src/sync/mpsc/chan.rs: poll_send`, tokio `tokio/src/sync/mpsc/bounded.rs`
//  5. It wakes `main`, which is waiting: an index into the slab and a push.
//     here `runtime/src/tasks/current.rs: wake_by_ref`, tokio `tokio/src/sync/task/atomic_waker.rs`
//  6. The task sleeps for a second: its timer is in the wheel, the task in no queue.
//     here `runtime/src/time/wheel.rs: insert`, tokio `tokio/src/runtime/time/wheel/mod.rs`
//  7. `main` receives, prints, and waits again. With the queue empty the thread parks.
//     here `runtime/src/executor/park.rs: park`,
//     tokio `tokio/src/runtime/scheduler/current_thread/mod.rs`
//  8. After the fifth second the task ends and drops `tx`, the last sender: the channel is closed.
//     here `src/sync/mpsc/chan.rs: drop_sender`, tokio `tokio/src/sync/mpsc/chan.rs`
//  9. That wakes `main` too: `recv` returns `None`, and the loop ends.
//     here `src/sync/mpsc/receiver.rs: poll_recv`, tokio `tokio/src/sync/mpsc/chan.rs`

use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::sleep;

#[kettle::main]
async fn main() {
    let (tx, mut rx) = mpsc::channel(32);

    kettle::spawn(async move {
        for i in 1..=5 {
            tx.send(format!("Message {i}")).await.expect("Failed to send");
            sleep(Duration::from_secs(1)).await;
        }
    });

    while let Some(message) = rx.recv().await {
        println!("Received: {message}");
    }
    println!("All messages received.");
}
