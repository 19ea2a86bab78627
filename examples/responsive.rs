// A program that answers keys while it works.
//
// # What happens inside
//
//  1. `user` is a task; `work` is a future inside `main`, pinned in its place.
//     here `src/macros/pin.rs: pin`, tokio `tokio/src/macros/pin.rs`
//  2. Each round of `select!` borrows the same `work`, and makes a new `recv`.
//     here `src/macros/select.rs: select`, tokio `tokio/src/macros/select.rs`
//  3. Both are polled. `work` waits for a timer, `recv` for a key.
//     here `src/sync/mpsc/receiver.rs: poll_recv`, tokio `tokio/src/sync/mpsc/chan.rs`
//  4. A key comes: the task that sends it wakes `main`.
//     here `src/sync/mpsc/chan.rs: poll_send`, tokio `tokio/src/sync/mpsc/bounded.rs`
//  5. `recv` wins. The loser that is dropped is only the borrow: the work done so far stays.
//     here `src/macros/support.rs: won`, tokio `tokio/src/macros/select.rs`
//  6. The work is done: from now on `if working` keeps its branch out of the race.
//     here `src/macros/support.rs: disable`, tokio `tokio/src/macros/select.rs`
//  7. `q`: the loop ends. `main` ends, and the runtime with it: tasks still alive are dropped.
//     here `runtime/src/executor/shutdown.rs: shut_down`,
//     tokio `tokio/src/runtime/scheduler/current_thread/mod.rs`

use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::sleep;

/// The long work: it takes a second, and awaits all the while.
async fn work() -> u32 {
    let mut sum = 0;
    for part in 1..=4 {
        sleep(Duration::from_millis(250)).await;
        sum += part;
    }
    sum
}

/// The user, who presses a key now and then, and at last `q`.
async fn user(keys: mpsc::Sender<char>) {
    for (pause, key) in [(100, 'h'), (300, 'e'), (300, 'y'), (500, 'q')] {
        sleep(Duration::from_millis(pause)).await;
        if keys.send(key).await.is_err() {
            return;
        }
    }
}

#[kettle::main]
async fn main() {
    let (tx, mut keys) = mpsc::channel(8);
    kettle::spawn(user(tx));

    // Pinned outside the loop and polled through `&mut`: a key that wins a round must not
    // throw away the work done so far.
    let work = work();
    kettle::pin!(work);
    let mut working = true;

    loop {
        kettle::select! {
            sum = &mut work, if working => {
                println!("The work is done: {sum}.");
                working = false;
            }
            key = keys.recv() => match key {
                Some('q') | None => break,
                Some(key) if working => println!("Key {key}, while the work goes on."),
                Some(key) => println!("Key {key}."),
            },
        }
    }
    println!("Good-bye.");
}
