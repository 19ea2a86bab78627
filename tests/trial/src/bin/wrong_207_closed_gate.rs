//! Downloads take a permit each; when the user goes offline the semaphore is closed, and downloads try again until they get one.
//!
//! Wrong: a closed semaphore stays closed, and `acquire` fails at once: the loop tries again without a pause, for ever.
//!
//! Expected: `busy_loop` of task 1 (or `never_yields`, if a refused `acquire` never gives way). The cure: leave the loop when the
//! semaphore is closed.
//!
//! doctor: `busy_loop` | `never_yields`
//! ends: killed

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Semaphore;
use kettle::time::sleep;

async fn download(number: u32, online: Arc<Semaphore>) -> u32 {
    let _permit = loop {
        match online.acquire().await {
            Ok(permit) => break permit,
            Err(_) => continue, // offline: try again
        }
    };
    sleep(Duration::from_millis(40)).await;
    number * 10
}

#[kettle::main]
async fn main() {
    let online = Arc::new(Semaphore::new(1));
    let all: Vec<_> = (1..4).map(|number| kettle::spawn(download(number, online.clone()))).collect();
    sleep(Duration::from_millis(60)).await;
    online.close();
    for one in all {
        println!("{} kB", one.await.unwrap());
    }
}
