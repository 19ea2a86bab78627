//! `du` with a limit on how many folders are read at a time, and sub-folders of sub-folders.
//!
//! Right: the permit is given back before the children are awaited. For long stretches all permits are taken, and dozens of tasks wait
//! for one.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Semaphore;
use kettle::time::sleep;

fn size(depth: u64, reads: Arc<Semaphore>) -> Pin<Box<dyn Future<Output = u64> + Send>> {
    Box::pin(async move {
        let read = reads.acquire().await.unwrap();
        sleep(Duration::from_millis(20)).await;
        drop(read);
        let folders = if depth == 0 { 0 } else { 4 };
        let below: Vec<_> =
            (0..folders).map(|_| kettle::spawn(size(depth - 1, reads.clone()))).collect();
        let mut total = depth;
        for folder in below {
            total += folder.await.unwrap();
        }
        total
    })
}

#[kettle::main]
async fn main() {
    println!("{}", size(3, Arc::new(Semaphore::new(2))).await);
}
