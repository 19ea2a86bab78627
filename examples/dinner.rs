// One cook, three dishes: waiting for one is time for another.
//
// # What happens inside
//
//  1. `join!` makes its three futures one future. No task is spawned.
//     here `src/macros/join.rs: join`, tokio `tokio/src/macros/join.rs`
//  2. `main` is polled, and polls the three in turn. Each prints, and ends at its first `sleep`.
//     here `runtime/src/executor/executor.rs: poll`,
//     tokio `tokio/src/runtime/scheduler/current_thread/mod.rs`
//  3. Three timers are in the wheel, all of them for the same task.
//     here `runtime/src/time/wheel.rs: insert`, tokio `tokio/src/runtime/time/wheel/mod.rs`
//  4. No future can go on: the thread parks until the earliest deadline.
//     here `runtime/src/executor/park.rs: park`, tokio `tokio/src/runtime/time/mod.rs`
//  5. It is due: `main` is woken and polls those of the three that are not over. One goes on.
//     here `runtime/src/time/time.rs: fire`, tokio `tokio/src/runtime/time/mod.rs`
//  6. When all three are over, `join!` is `Ready`: after 3 s, not after 6.5.
//     here `src/macros/join.rs: join`, tokio `tokio/src/macros/join.rs`

use std::time::Duration;

use kettle::time::{Instant, sleep};

async fn boil_water() {
    println!("Putting the water on.");
    sleep(Duration::from_secs(3)).await;
    println!("The water boils.");
}

async fn set_timer() {
    println!("Setting a timer for the potatoes.");
    sleep(Duration::from_secs(2)).await;
    println!("The timer rings: the potatoes are done.");
}

async fn chop_vegetables() {
    for vegetable in ["carrots", "onions", "leeks"] {
        println!("Chopping {vegetable}.");
        // Between two vegetables the cook looks around: without an `.await` nobody else would be
        // served, however many timers had rung.
        sleep(Duration::from_millis(500)).await;
    }
    println!("The vegetables are chopped.");
}

#[kettle::main]
async fn main() {
    let start = Instant::now();
    kettle::join!(boil_water(), set_timer(), chop_vegetables());
    println!("Dinner after {} s, cooked by one thread.", start.elapsed().as_secs());
}
