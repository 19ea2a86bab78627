//! Downloads take a permit each; when the user goes offline the semaphore is closed, and those that wait give up.
//!
//! Right: the refusal ends them. One goes on with its permit for another second, and `main` awaits all.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Semaphore;
use kettle::time::sleep;

async fn download(number: u32, online: Arc<Semaphore>) -> Option<u32> {
    let _permit = online.acquire().await.ok()?;
    sleep(Duration::from_secs(1)).await;
    Some(number * 10)
}

#[kettle::main]
async fn main() {
    let online = Arc::new(Semaphore::new(1));
    let all: Vec<_> = (1..40).map(|n| kettle::spawn(download(n, online.clone()))).collect();
    sleep(Duration::from_millis(60)).await;
    online.close();
    let mut done = 0;
    for one in all {
        done += one.await.unwrap().unwrap_or(0);
    }
    println!("{done} kB");
}
