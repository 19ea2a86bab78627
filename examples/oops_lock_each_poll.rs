// Misconception 13: a future can be made anew at each poll.
//
// What happens: each poll of the guest makes a `lock()` and drops it again. While it exists, it
// waits for the bathroom, with a place among the waiters and a waker. When it is dropped, both are
// gone. So nothing wakes the guest when the bathroom is free.
//
// The doctor: `kettle::lost_wakeup`, a note.
//
// The fix: keep the future of `lock()` between polls; or simply write an `async fn` and `.await`
// it.

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use kettle::sync::Mutex;
use kettle::time::sleep;

struct Guest {
    bathroom: Arc<Mutex<()>>,
}

impl Future for Guest {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        pin!(self.bathroom.lock()).poll(cx).map(drop)
    }
}

#[kettle::main]
async fn main() {
    let bathroom = Arc::new(Mutex::new(()));
    let taken = bathroom.lock().await;
    kettle::spawn(Guest { bathroom: bathroom.clone() });
    sleep(Duration::from_millis(50)).await;
    drop(taken);
    println!("The bathroom is free.");
    sleep(Duration::from_millis(50)).await;
    println!("Nobody comes.");
}
