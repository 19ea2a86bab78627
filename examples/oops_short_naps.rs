// Misconception 4: a call that blocks for a moment does no harm.
//
// What happens: the scales need 5 ms for an answer, and the shop asks them by `std::thread::sleep`.
// That is short. But the shop does so again and again, and each time the thread sleeps, and all
// tasks with it. The clock, which is to tick every 2 ms, ticks far too late.
//
// The doctor: `kettle::blocking_poll`, with the sum of the short polls.
//
// The fix: `kettle::time::sleep(…).await`; and `spawn_blocking` for calls that can't be awaited.

use std::time::Duration;

use kettle::task::yield_now;
use kettle::time::interval;

fn weigh() -> u32 {
    std::thread::sleep(Duration::from_millis(5));
    120
}

#[kettle::main]
async fn main() {
    let clock = kettle::spawn(async {
        let mut ticks = interval(Duration::from_millis(2));
        loop {
            ticks.tick().await;
        }
    });
    let shop = kettle::spawn(async {
        let mut grams = 0;
        for _ in 0..300 {
            grams += weigh();
            yield_now().await;
        }
        grams
    });
    println!("{} g of tea.", shop.await.expect("no panic"));
    clock.abort();
}
