//! A bakery with two ovens and six loaves.
//! doctor: `unpolled`

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use kettle::sync::Semaphore;
use kettle::task::JoinSet;
use kettle::time::sleep;

struct Bakery {
    ovens: Arc<Semaphore>,
    hot: AtomicUsize,
    most: AtomicUsize,
}

async fn bake(loaf: u32, bakery: Arc<Bakery>) -> u32 {
    let _oven = bakery.ovens.clone().acquire_owned();
    let hot = bakery.hot.fetch_add(1, Ordering::SeqCst) + 1;
    bakery.most.fetch_max(hot, Ordering::SeqCst);
    sleep(Duration::from_millis(80)).await;
    bakery.hot.fetch_sub(1, Ordering::SeqCst);
    loaf
}

#[kettle::main]
async fn main() {
    let bakery = Arc::new(Bakery {
        ovens: Arc::new(Semaphore::new(2)),
        hot: AtomicUsize::new(0),
        most: AtomicUsize::new(0),
    });
    let mut loaves = JoinSet::new();
    for loaf in 0..6 {
        loaves.spawn(bake(loaf, bakery.clone()));
    }
    while let Some(loaf) = loaves.join_next().await {
        println!("loaf {} is done", loaf.unwrap());
    }
    println!("at most {} were in the two ovens", bakery.most.load(Ordering::SeqCst));
}
