// WRONG. A handwritten future for a device's flag: at Pending it wakes itself at once (`wake_by_ref`), so that it is polled again: a core burns until the device is ready (3 s).
// EXPECT: busy_loop: the task (or main) that wakes itself. CURE: the device's thread keeps the waker and calls it.
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

struct Ready(Arc<AtomicBool>);

impl Future for Ready {
    type Output = ();
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.0.load(Ordering::Acquire) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

#[kettle::main]
async fn main() {
    let flag = Arc::new(AtomicBool::new(false));
    let theirs = flag.clone();
    let device = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_secs(3));
        theirs.store(true, Ordering::Release);
    });
    let user = kettle::spawn(async move {
        Ready(flag).await;
        println!("the device is ready");
    });
    user.await.unwrap();
    device.join().unwrap();
}
