//! A gallery makes thumbnails with a pool of std threads and serves visitors in the meantime.
//!
//! Wrong: the task joins the threads with `std::thread::JoinHandle::join`, so the runtime's thread sleeps for 0.7 s while
//! visitors' timers fall due.
//!
//! Expected: `blocking_poll`, proven: the gallery task blocked the thread for 0.7 s. Place: the spawn of `gallery`. Cure: await instead of
//! joining (`spawn_blocking(...).await`, or a `oneshot` of kettle's from the thread).

use std::thread;
use std::time::Duration;

use kettle::time::sleep;

fn shrink(picture: u32) -> u32 {
    thread::sleep(Duration::from_millis(700)); // a graphics card at work
    picture / 4
}

async fn gallery(pictures: Vec<u32>) -> Vec<u32> {
    sleep(Duration::from_millis(30)).await;
    let threads: Vec<_> =
        pictures.into_iter().map(|picture| thread::spawn(move || shrink(picture))).collect();
    threads.into_iter().map(|thread| thread.join().unwrap()).collect()
}

async fn visitor(number: u32) {
    for page in 1..=5 {
        sleep(Duration::from_millis(50)).await;
        println!("visitor {number} reads page {page}");
    }
}

#[kettle::main]
async fn main() {
    let small = kettle::spawn(gallery(vec![400, 800, 1200]));
    let visitors: Vec<_> = (1..=3).map(|number| kettle::spawn(visitor(number))).collect();
    for visitor in visitors {
        visitor.await.unwrap();
    }
    println!("{:?}", small.await.unwrap());
}
