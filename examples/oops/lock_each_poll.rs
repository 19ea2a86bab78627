// Belief 13: a future can be made anew at each poll.
//
// What happens: the guest asks for the bathroom, is told to wait in line, and leaves: `lock()` is made
// and dropped within one poll, and with it goes his place in the line, and his waker. When the bathroom
// is free nobody calls him.
//
// The doctor: `kettle::lost_wakeup`.
//
// The mend: keep the future of `lock()` between polls; or simply write an `async fn` and `.await` it.

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
