//! A converter of pictures has four units of memory to give. Each picture takes two for the source, and, when it
//! knows how large the result is, two more for that.
//!
//! Wrong: two pictures at once have two units each, and both wait for two more.
//!
//! Expected: `deadlock`, proven. Place: the second `acquire_many(2)` in `convert`; what is taken: the first
//! `acquire_many(2)` by each. Cure: take all four permits at once, or give the first back (drop it) before asking again.

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Semaphore;
use kettle::task::JoinSet;
use kettle::time::sleep;

async fn convert(picture: u32, memory: Arc<Semaphore>) -> u32 {
    let source = memory.acquire_many(2).await.unwrap();
    sleep(Duration::from_millis(20)).await; // reads the head of the file
    println!("picture {picture}: read");
    let result = memory.acquire_many(2).await.unwrap();
    sleep(Duration::from_millis(20)).await;
    drop(source);
    drop(result);
    println!("picture {picture}: converted");
    picture * 10
}

#[kettle::main]
async fn main() {
    let memory = Arc::new(Semaphore::new(4));
    let mut pictures = JoinSet::new();
    for picture in 1..=5 {
        pictures.spawn(convert(picture, memory.clone()));
    }
    let mut sum = 0;
    while let Some(done) = pictures.join_next().await {
        sum += done.unwrap();
    }
    println!("{sum} bytes");
}
