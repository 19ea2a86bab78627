//! `du`: a folder's size is the sum of what is in it. A semaphore limits how many folders are read at a time.
//!
//! Wrong: a folder keeps its permit until its sub-folders are counted, and these need one each: three levels, two permits.
//!
//! Expected: `deadlock` at the semaphore: two tasks have the permits and wait for the end of others, that wait for a permit. The
//! cure: give the permit back before you wait for the children.
//!
//! doctor: `deadlock`
//! ends: killed

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Semaphore;
use kettle::time::sleep;

fn size(path: String, depth: u32, reads: Arc<Semaphore>) -> Pin<Box<dyn Future<Output = u64> + Send>> {
    Box::pin(async move {
        let _read = reads.acquire().await.expect("never closed");
        sleep(Duration::from_millis(5)).await; // reads the folder
        let mut total = path.len() as u64;
        if depth > 0 {
            let below = kettle::spawn(size(format!("{path}/src"), depth - 1, reads.clone()));
            total += below.await.expect("no panic");
        }
        total
    })
}

#[kettle::main]
async fn main() {
    let reads = Arc::new(Semaphore::new(2));
    println!("{} bytes", size("/home".to_owned(), 3, reads).await);
}
