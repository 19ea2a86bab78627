//! Old code with a condition variable, on the pool, and new code that feeds it from time to time.
//! doctor: silence

use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use kettle::task::spawn_blocking;
use kettle::time::sleep;

#[derive(Default)]
struct Belt {
    boxes: Mutex<(Vec<u32>, bool)>,
    changed: Condvar,
}

impl Belt {
    fn put(&self, weight: u32) {
        self.boxes.lock().unwrap().0.push(weight);
        self.changed.notify_one();
    }

    fn close(&self) {
        self.boxes.lock().unwrap().1 = true;
        self.changed.notify_all();
    }

    fn take(&self) -> Option<u32> {
        let mut boxes = self.boxes.lock().unwrap();
        loop {
            if let Some(weight) = boxes.0.pop() {
                return Some(weight);
            }
            if boxes.1 {
                return None;
            }
            boxes = self.changed.wait(boxes).unwrap();
        }
    }
}

fn load(belt: &Belt, lorry: &str) -> u32 {
    let mut sum = 0;
    while let Some(weight) = belt.take() {
        println!("{lorry} takes {weight}");
        sum += weight;
    }
    sum
}

#[kettle::main]
async fn main() {
    let belt = Arc::new(Belt::default());
    let lorries = ["red", "blue"].map(|lorry| {
        let belt = belt.clone();
        spawn_blocking(move || load(&belt, lorry))
    });
    for weight in [12, 30, 7] {
        sleep(Duration::from_millis(1200)).await;
        belt.put(weight);
    }
    belt.close();
    let mut sum = 0;
    for lorry in lorries {
        sum += lorry.await.unwrap();
    }
    println!("{sum} tons");
}
