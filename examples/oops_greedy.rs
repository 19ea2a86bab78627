// Misconception 16: `.await` always lets other tasks run.
//
// What happens: `add` is an `async fn` that never has to wait, so awaiting it is a plain call. The
// whole loop is one poll, however often it says `.await`. The toast is done after 100 ms, and the
// loop of the runtime can't fire its timer.
//
// The doctor: `kettle::never_yields`: how long the poll computed, and what had to wait.
//
// The fix: `kettle::task::yield_now().await` now and then; or, better, `spawn_blocking` for the
// sum.

use std::time::{Duration, Instant};

async fn add(sum: u64, number: u64) -> u64 {
    sum.wrapping_add(number)
}

#[kettle::main]
async fn main() {
    let start = Instant::now();
    let toast = kettle::spawn(async move {
        kettle::time::sleep(Duration::from_millis(100)).await;
        let late = start.elapsed() >= Duration::from_millis(400);
        println!("The toast is {}.", if late { "burnt" } else { "golden" });
    });
    let bill = kettle::spawn(async move {
        let mut sum = 0;
        while start.elapsed() < Duration::from_millis(1_200) {
            sum = add(sum, 3).await;
        }
        println!("The bill is made.");
        sum
    });
    bill.await.expect("no panic");
    toast.await.expect("no panic");
}
