//! Two answers are fetched at once by a combinator written by hand. To poll only what was woken, it gives each of the
//! two a waker of its own, which sets a flag.
//!
//! Wrong: the flag wakers don't call the task's own waker.
//!
//! Expected: `lost_wakeup`, proven: the task of `fetch_both`. Place: its spawn (and the wait for the answer). Cure: the `wake` of `Flag` has to
//! call the waker that `poll` was given in `cx`.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use kettle::sync::oneshot;
use kettle::time::sleep;

struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Release);
    }
}

type Part = Pin<Box<dyn Future<Output = u32> + Send>>;

struct Both {
    parts: Vec<(Arc<Flag>, Option<Part>)>,
    sum: u32,
}

impl Future for Both {
    type Output = u32;
    fn poll(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<u32> {
        let this = self.get_mut();
        for (flag, part) in &mut this.parts {
            let Some(future) = part else { continue };
            if flag.0.swap(false, Ordering::Acquire) {
                let waker = Waker::from(flag.clone());
                if let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
                    this.sum += value;
                    *part = None;
                }
            }
        }
        if this.parts.iter().all(|(_, part)| part.is_none()) { Poll::Ready(this.sum) } else { Poll::Pending }
    }
}

fn both(parts: [Part; 2]) -> Both {
    let flag = || Arc::new(Flag(AtomicBool::new(true)));
    Both { parts: parts.into_iter().map(|part| (flag(), Some(part))).collect(), sum: 0 }
}

fn fetch(value: u32) -> Part {
    let (answer, there) = oneshot::channel();
    kettle::spawn(async move {
        sleep(Duration::from_millis(u64::from(value) * 10)).await;
        let _ = answer.send(value);
    });
    Box::pin(async { there.await.unwrap() })
}

#[kettle::main]
async fn main() {
    let fetched = kettle::spawn(async { both([fetch(3), fetch(5)]).await });
    println!("{}", fetched.await.unwrap());
}
