// Misconception 7: asking again and again, with `yield_now` in between, is a way to wait.
//
// What happens: it works, and keeps a processor busy for nothing: hundreds of thousands of polls
// for one answer, and the thread never sleeps.
//
// The doctor: `kettle::busy_loop`.
//
// The fix: await what the task waits for; here, the handle. Elsewhere it is a channel or a lock, or
// at least a `sleep` between two looks.

use std::time::Duration;

use kettle::task::yield_now;
use kettle::time::sleep;

#[kettle::main]
async fn main() {
    println!("Are we there yet?");
    let journey = kettle::spawn(sleep(Duration::from_secs(4)));
    while !journey.is_finished() {
        yield_now().await;
    }
    println!("We are.");
}
