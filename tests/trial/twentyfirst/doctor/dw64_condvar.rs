// WRONG. std's Condvar in a task: `wait` blocks the thread on which the other task would notify.
// EXPECT: blocking_poll that goes on: the consumer's task. CURE: kettle's Notify/channel.
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

#[derive(Default)]
struct Queue {
    items: Mutex<VecDeque<u32>>,
    more: Condvar,
}

impl Queue {
    fn pop(&self) -> u32 {
        let mut items = self.items.lock().unwrap();
        loop {
            if let Some(item) = items.pop_front() {
                return item;
            }
            items = self.more.wait(items).unwrap();
        }
    }
}

#[kettle::main]
async fn main() {
    let queue = Arc::new(Queue::default());
    let for_consumer = queue.clone();
    let consumer = kettle::spawn(async move {
        for _ in 0..3 {
            println!("item {}", for_consumer.pop());
        }
    });
    let producer = kettle::spawn(async move {
        for item in 0..3 {
            kettle::time::sleep(Duration::from_millis(10)).await;
            queue.items.lock().unwrap().push_back(item);
            queue.more.notify_one();
        }
    });
    producer.await.unwrap();
    consumer.await.unwrap();
}
