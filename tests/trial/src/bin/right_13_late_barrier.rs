//! Four workers start together at a barrier. The fourth comes late, because it first loads a model on a
//! thread of the pool, which takes 2.5 seconds.
//!
//! Suspicious: three tasks and `main` wait, and nothing but a sleeping pool thread can change that.
//!
//! doctor: silence

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use kettle::sync::{Barrier, OnceCell};
use kettle::task::{JoinSet, spawn_blocking};

struct Model(u32);

static MODEL: OnceCell<Model> = OnceCell::const_new();

async fn model() -> &'static Model {
    MODEL
        .get_or_init(|| async {
            let loading = spawn_blocking(|| {
                thread::sleep(Duration::from_millis(2500));
                Model(42)
            });
            loading.await.expect("it doesn't panic")
        })
        .await
}

#[kettle::main]
async fn main() {
    let barrier = Arc::new(Barrier::new(4));
    let mut workers = JoinSet::new();
    for number in 0..4 {
        let barrier = barrier.clone();
        workers.spawn(async move {
            if number == 3 {
                model().await;
            }
            let leads = barrier.wait().await.is_leader();
            (number, leads, model().await.0)
        });
    }
    for (number, leads, answer) in workers.join_all().await {
        println!("worker {number}, leader: {leads}, answer {answer}");
    }
}
