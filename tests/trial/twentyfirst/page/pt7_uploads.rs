// Six uploads, and a deploy that gives them 400 ms to end.
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use kettle::task::JoinSet;
use kettle::time::{sleep, timeout};

/// Upload `number` has twice as many parts as its number, each of them takes 60 ms.
async fn upload(number: u32, sent: Arc<AtomicU32>) -> u32 {
    let parts = number * 2;
    for _part in 0..parts {
        sleep(Duration::from_millis(60)).await;
        sent.fetch_add(1, Ordering::Relaxed);
    }
    commit(number).await;
    number
}

/// Without it the other side throws the parts away.
async fn commit(_number: u32) {
    sleep(Duration::from_millis(5)).await;
}

async fn drain(uploads: &mut JoinSet<u32>) -> u32 {
    let mut done = 0;
    while let Some(ended) = uploads.join_next().await {
        println!("upload {} is complete", ended.unwrap());
        done += 1;
    }
    done
}

#[kettle::main]
async fn main() {
    let sent = Arc::new(AtomicU32::new(0));
    let mut uploads = JoinSet::new();
    for number in 1..=6 {
        uploads.spawn(upload(number, sent.clone()));
    }

    if timeout(Duration::from_millis(400), drain(&mut uploads)).await.is_err() {
        println!("{} uploads are not complete", uploads.len());
        uploads.shutdown().await;
    }
    sleep(Duration::from_millis(50)).await;
    println!("{} parts were sent", sent.load(Ordering::Relaxed));
}
