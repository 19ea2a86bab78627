// Misconception 22: a future is a future, and runs on any runtime, or on none.
//
// What happens: a `sleep` belongs to a timer wheel, and a timer wheel to a runtime. This thread has
// no runtime: kettle panics at the line that makes the future.
//
// The doctor: not needed.
//
// The fix: make the future inside `#[kettle::main]`, or under a guard of `Handle::enter`.

use std::time::Duration;

use kettle::time::sleep;

fn main() {
    let nap = sleep(Duration::from_millis(10));
    kettle::runtime::Runtime::new().expect("a runtime").block_on(nap);
}
