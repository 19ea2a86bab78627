//! A render farm: a semaphore counts the gigabytes. The city needs twenty, and there are sixteen.
//!
//! Right: after two seconds another machine comes, found by a thread, and brings sixteen more.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use kettle::sync::Semaphore;
use kettle::task::JoinSet;
use kettle::time::sleep;

async fn render(name: &'static str, gigabytes: u32, memory: Arc<Semaphore>) -> &'static str {
    let _reserved = memory.acquire_many(gigabytes).await.expect("it is never closed");
    sleep(Duration::from_millis(10 * u64::from(gigabytes))).await;
    name
}

#[kettle::main]
async fn main() {
    let memory = Arc::new(Semaphore::new(16));
    let mut farm = JoinSet::new();
    for (name, gigabytes) in [("kitchen", 6), ("city", 20), ("teapot", 1), ("cup", 1)] {
        farm.spawn(render(name, gigabytes, memory.clone()));
    }
    let machine = thread::spawn(move || {
        thread::sleep(Duration::from_secs(2));
        memory.add_permits(16);
    });
    while let Some(name) = farm.join_next().await {
        println!("{} is done", name.unwrap());
    }
    machine.join().unwrap();
}
