// The tutorial's `select`: two futures in one task. The slower one is dropped.

use std::time::Duration;

use super::play::seconds;
use super::sleep;

/// The deadline came first.
#[derive(Debug)]
struct Elapsed;

/// Gives `future` this much time. That is a race, too.
async fn timeout<F: Future>(duration: Duration, future: F) -> Result<F::Output, Elapsed> {
    select! {
        output = future => Ok(output),
        () = sleep(duration) => Err(Elapsed),
    }
}

async fn fetch_from_network() -> String {
    sleep(seconds(3.0)).await;
    "Data from network".to_string()
}

async fn fetch_from_cache() -> String {
    sleep(seconds(1.0)).await;
    "Data from cache".to_string()
}

pub(crate) async fn main() {
    let result = select! {
        data = timeout(seconds(2.0), fetch_from_network()) => {
            data.unwrap_or_else(|_| "Network timeout".to_string())
        },
        data = fetch_from_cache() => data,
    };
    println!("Result: {result}");
}
