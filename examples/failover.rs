// A primary that takes too long, and a backup.
//
// # What happens inside
//
//  1. `timeout` makes a future of the primary's and a deadline.
//     here `src/time/timeout.rs: timeout`, tokio `tokio/src/time/timeout.rs`
//  2. Polled, it asks the primary first: an answer that is there counts, however late it is.
//     here `src/time/timeout.rs: poll`, tokio `tokio/src/time/timeout.rs`
//  3. Neither is ready. Both timers are in the wheel; the thread parks until the earlier one.
//     here `runtime/src/time/wheel.rs: next_deadline`, tokio `tokio/src/runtime/time/wheel/mod.rs`
//  4. The deadline has passed: `Err(Elapsed)`.
//     here `src/time/timeout.rs: poll`, tokio `tokio/src/time/timeout.rs`
//  5. The primary's future is dropped: its timer leaves the wheel, nothing of it is left.
//     here `runtime/src/time/wheel.rs: cancel`, tokio `tokio/src/runtime/time/entry.rs`
//  6. The backup is a sleep like any other.
//     here `src/time/sleep.rs: sleep`, tokio `tokio/src/time/sleep.rs`

use std::time::Duration;

use kettle::time::{sleep, timeout};

async fn ask_primary() -> String {
    sleep(Duration::from_secs(5)).await;
    "an answer from the primary".to_string()
}

async fn ask_backup() -> String {
    sleep(Duration::from_millis(500)).await;
    "an answer from the backup".to_string()
}

async fn ask() -> String {
    println!("Asking the primary.");
    match timeout(Duration::from_secs(1), ask_primary()).await {
        Ok(answer) => answer,
        Err(e) => {
            // `ask_primary()` has been dropped here, with its timer: nothing is left running.
            println!("The primary is too slow ({e}). Asking the backup.");
            ask_backup().await
        }
    }
}

#[kettle::main]
async fn main() {
    let answer = ask().await;
    println!("Got {answer}.");
}
