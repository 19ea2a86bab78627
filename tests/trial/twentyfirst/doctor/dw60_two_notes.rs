// WRONG. Two items are put into a queue and `notify_one` is called for each, before the consumers wait: one note only is stored, so the second consumer sleeps on.
// EXPECT: deadlock: the second consumer waits at `notified()`; one notification was stored for two calls. CURE: Semaphore/channel, or look at the queue before waiting.
use kettle::sync::Notify;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

#[derive(Default)]
struct Queue {
    items: Mutex<VecDeque<u32>>,
    note: Notify,
}

impl Queue {
    fn push(&self, item: u32) {
        self.items.lock().unwrap().push_back(item);
        self.note.notify_one();
    }

    async fn pop(&self) -> u32 {
        self.note.notified().await;
        self.items.lock().unwrap().pop_front().unwrap()
    }
}

#[kettle::main]
async fn main() {
    let queue = Arc::new(Queue::default());
    queue.push(1);
    queue.push(2);
    let mut consumers = Vec::new();
    for _ in 0..2 {
        let queue = queue.clone();
        consumers.push(kettle::spawn(async move {
            let item = queue.pop().await;
            kettle::time::sleep(Duration::from_millis(10)).await;
            println!("item {item}");
        }));
    }
    for consumer in consumers {
        consumer.await.unwrap();
    }
}
