// Misconception 7: `Pending` means "ask me again later", and the runtime will.
//
// What happens: the egg is polled once. It returns `Pending` and gives its waker to no other code,
// so the loop never polls it again. `main` waits for the task, and the task for nothing.
//
// The doctor: `kettle::lost_wakeup`.
//
// The fix: a future that returns `Pending` must have given `cx.waker().clone()` to code that will
// call it. Here that is a timer: keep a `kettle::time::Sleep` in the egg, and poll that.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

struct Egg {
    done: Instant,
}

impl Future for Egg {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<()> {
        if Instant::now() < self.done {
            return Poll::Pending;
        }
        Poll::Ready(())
    }
}

#[kettle::main]
async fn main() {
    println!("Boiling an egg.");
    let egg = Egg { done: Instant::now() + Duration::from_mins(4) };
    kettle::spawn(egg).await.expect("no panic");
    println!("The egg is done (never printed).");
}
