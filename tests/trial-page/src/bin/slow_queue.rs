// A queue of letters, and two postmen who deliver them, 5 ms each. A letter that can't be delivered is tried again. Letter
// 12 was posted at 30 ms, and is delivered after more than half a second.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use kettle::sync::Semaphore;
use kettle::time::sleep;

fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

struct Letter {
    number: u32,
    to: &'static str,
}

/// Letters in the order in which they were posted. The semaphore has a permit for each of them.
struct Queue {
    letters: Mutex<VecDeque<Letter>>,
    waiting: Semaphore,
}

impl Queue {
    fn post(&self, letter: Letter) {
        self.letters.lock().unwrap().push_back(letter);
        self.waiting.add_permits(1);
    }

    async fn next(&self) -> Option<Letter> {
        self.waiting.acquire().await.ok()?.forget();
        self.letters.lock().unwrap().pop_front()
    }
}

/// False: the house is empty.
async fn deliver(letter: &Letter) -> bool {
    sleep(ms(5)).await;
    letter.to != "the old mill"
}

async fn postman(queue: Arc<Queue>) -> Vec<u32> {
    let mut delivered = Vec::new();
    while let Some(letter) = queue.next().await {
        let mut pause = ms(40);
        let mut attempts = 0;
        while attempts < 4 && !deliver(&letter).await {
            attempts += 1;
            sleep(pause).await;
            pause *= 2;
        }
        if attempts < 4 {
            delivered.push(letter.number);
        }
    }
    delivered
}

#[kettle::main]
async fn main() {
    let queue =
        Arc::new(Queue { letters: Mutex::new(VecDeque::new()), waiting: Semaphore::new(0) });
    let postmen = [(); 2].map(|()| kettle::spawn(postman(Arc::clone(&queue))));
    for number in 1..=14 {
        let to = if number == 4 || number == 7 { "the old mill" } else { "the village" };
        queue.post(Letter { number, to });
        sleep(ms(3)).await;
    }
    while queue.waiting.available_permits() > 0 {
        sleep(ms(10)).await;
    }
    queue.waiting.close();
    for postman in postmen {
        println!("{:?}", postman.await.unwrap());
    }
}
