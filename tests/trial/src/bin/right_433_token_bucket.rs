//! A token bucket: tokens are taken and not given back; a task refills the bucket.
//! doctor: silence

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Semaphore;
use kettle::task::AbortHandle;
use kettle::time::{Instant, interval};

struct Bucket {
    tokens: Arc<Semaphore>,
    refill: AbortHandle,
}

impl Bucket {
    fn new(size: usize, every: Duration) -> Bucket {
        let tokens = Arc::new(Semaphore::new(size));
        let bucket = tokens.clone();
        let refill = kettle::spawn(async move {
            let mut drops = interval(every);
            drops.tick().await;
            loop {
                drops.tick().await;
                if bucket.available_permits() < size {
                    bucket.add_permits(1);
                }
            }
        });
        Bucket { tokens, refill: refill.abort_handle() }
    }

    async fn token(&self, weight: u32) {
        self.tokens.acquire_many(weight).await.unwrap().forget();
    }
}

impl Drop for Bucket {
    fn drop(&mut self) {
        self.refill.abort();
    }
}

#[kettle::main]
async fn main() {
    let begin = Instant::now();
    let bucket = Arc::new(Bucket::new(3, Duration::from_millis(200)));
    let mut uploads = Vec::new();
    for (name, weight) in
        [("icon", 1), ("photo", 2), ("film", 3), ("icon", 1), ("photo", 2), ("film", 3)]
    {
        let bucket = bucket.clone();
        uploads.push(kettle::spawn(async move {
            bucket.token(weight).await;
            println!("{:?}: {name}", begin.elapsed());
            weight
        }));
    }
    let mut tokens = 0;
    for upload in uploads {
        tokens += upload.await.unwrap();
    }
    println!("{tokens} tokens in {:?}", begin.elapsed());
}
