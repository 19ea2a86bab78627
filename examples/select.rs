// Two futures in one task: the first that is ready wins, the other is dropped.
//
// # What happens inside
//
//  1. `select!` makes its futures, pins them here, and becomes one future that polls them all.
//     here `src/macros/select.rs: select`, tokio `tokio/src/macros/select.rs`
//  2. Each round begins with a branch drawn at random, so that none is favoured.
//     here `src/macros/support.rs: start_round`, tokio `tokio/src/macros/support.rs`
//  3. `timeout` polls its future first, then its own deadline. Neither is ready.
//     here `src/time/timeout.rs: poll`, tokio `tokio/src/time/timeout.rs`
//  4. Three timers are in the wheel now: 3 s, 2 s, 1 s. All of them wake the same task.
//     here `runtime/src/time/wheel.rs: insert`, tokio `tokio/src/runtime/time/wheel/mod.rs`
//  5. The thread parks until the earliest.
//     here `runtime/src/time/wheel.rs: next_deadline`, tokio `tokio/src/runtime/time/wheel/mod.rs`
//  6. It is due. The task is woken and can't tell by which timer, so it asks all branches again.
//     here `runtime/src/time/time.rs: fire`, tokio `tokio/src/runtime/time/mod.rs`
//  7. The cache's branch is ready, so it wins.
//     here `src/macros/support.rs: won`, tokio `tokio/src/macros/select.rs`
//  8. The losers are dropped where they are. Their timers leave the wheel with them.
//     here `runtime/src/time/wheel.rs: cancel`, tokio `tokio/src/runtime/time/entry.rs`

use std::time::Duration;

use kettle::time::{sleep, timeout};

async fn fetch_from_network() -> String {
    sleep(Duration::from_secs(3)).await;
    "Data from network".to_string()
}

async fn fetch_from_cache() -> String {
    sleep(Duration::from_secs(1)).await;
    "Data from cache".to_string()
}

#[kettle::main]
async fn main() {
    let result = kettle::select! {
        data = timeout(Duration::from_secs(2), fetch_from_network()) => {
            data.unwrap_or_else(|_| "Network timeout".to_string())
        }
        data = fetch_from_cache() => data,
    };
    println!("Result: {result}");
}
