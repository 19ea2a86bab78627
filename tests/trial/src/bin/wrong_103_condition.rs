//! A bounded stack of plates for washers and driers, made of a lock and a `Notify`, as one makes it with a `Condvar`.
//!
//! Wrong: a `Condvar` gives back the lock while it waits; a `Notify` doesn't. The drier waits for a plate and has the lock
//! that the washer needs to put one there.
//!
//! Expected: `deadlock` of `main` and both. The cure: drop the guard before `notified().await`.
//!
//! doctor: `deadlock`
//! ends: killed

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::{Mutex, Notify};
use kettle::time::sleep;

#[derive(Default)]
struct Stack {
    plates: Mutex<Vec<u32>>,
    more: Notify,
}

impl Stack {
    async fn put(&self, plate: u32) {
        self.plates.lock().await.push(plate);
        self.more.notify_one();
    }

    async fn take(&self) -> u32 {
        let mut plates = self.plates.lock().await;
        loop {
            if let Some(plate) = plates.pop() {
                return plate;
            }
            self.more.notified().await;
        }
    }
}

#[kettle::main]
async fn main() {
    let stack = Arc::new(Stack::default());
    let washer = kettle::spawn({
        let stack = stack.clone();
        async move {
            for plate in 1..=5 {
                sleep(Duration::from_millis(30)).await;
                stack.put(plate).await;
            }
        }
    });
    let drier = kettle::spawn(async move {
        for _ in 0..5 {
            let plate = stack.take().await;
            sleep(Duration::from_millis(10)).await;
            println!("plate {plate} is dry");
        }
    });
    washer.await.unwrap();
    drier.await.unwrap();
}
