//! A program with a runtime for what may wait: statistics are sent by a task there.
//!
//! The mistake: it comes from tokio's runtime of many threads, which drives its tasks by itself. A runtime of
//! one thread is driven by `block_on`, and nothing calls that.
//!
//! Expected: a hint that the runtime is not driven, or a deadlock of main that awaits the task. Cure: a thread
//! with `block_on`, or the main runtime.
//!
//! doctor: `idle_runtime` | `deadlock`
//! ends: killed

use std::time::Duration;

use kettle::runtime::Builder;
use kettle::time::sleep;

fn main() {
    let background =
        Builder::new_current_thread().enable_all().name("background").build().expect("a runtime");
    let main = Builder::new_current_thread().enable_all().name("main").build().expect("a runtime");
    let sent = background.spawn(async {
        sleep(Duration::from_millis(10)).await;
        "the statistics are sent"
    });
    main.block_on(async {
        sleep(Duration::from_millis(100)).await;
        println!("{:?}", sent.await);
    });
}
