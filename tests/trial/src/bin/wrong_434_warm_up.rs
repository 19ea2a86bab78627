//! A client gives the model time to warm up, by asking whether it is warm until it is.
//! doctor: `busy_loop`

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use kettle::task::yield_now;
use kettle::time::sleep;

#[derive(Default)]
struct Model {
    warmth: AtomicU8,
}

impl Model {
    async fn warm_up(&self) {
        for step in 1..=6 {
            sleep(Duration::from_millis(500)).await;
            self.warmth.store(step, Ordering::Relaxed);
            println!("warmth {step}");
        }
    }

    async fn wait_until_warm(&self) {
        while self.warmth.load(Ordering::Relaxed) < 6 {
            yield_now().await;
        }
    }

    async fn predict(&self, question: &str) -> usize {
        self.wait_until_warm().await;
        question.len()
    }
}

#[kettle::main]
async fn main() {
    let model = Arc::new(Model::default());
    let heater = {
        let model = model.clone();
        kettle::spawn(async move { model.warm_up().await })
    };
    println!("the answer is {}", model.predict("how much tea?").await);
    heater.await.unwrap();
}
