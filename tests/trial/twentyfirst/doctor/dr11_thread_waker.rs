// RIGHT. A handwritten future whose waker a std thread keeps and calls after 2 s of its own work. The future returns Pending before. EXPECT: silence.
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

#[derive(Default)]
struct Shared {
    result: Option<u64>,
    waker: Option<Waker>,
}

struct Work(Arc<Mutex<Shared>>);

impl Work {
    fn start(time: Duration) -> Self {
        let shared = Arc::new(Mutex::new(Shared::default()));
        let theirs = shared.clone();
        std::thread::spawn(move || {
            std::thread::sleep(time);
            let mut shared = theirs.lock().unwrap();
            shared.result = Some(7);
            if let Some(waker) = shared.waker.take() {
                waker.wake();
            }
        });
        Self(shared)
    }
}

impl Future for Work {
    type Output = u64;
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<u64> {
        let mut shared = self.0.lock().unwrap();
        if let Some(result) = shared.result {
            return Poll::Ready(result);
        }
        shared.waker = Some(cx.waker().clone());
        Poll::Pending
    }
}

#[kettle::main]
async fn main() {
    let (a, b) = kettle::join!(Work::start(Duration::from_secs(2)), Work::start(Duration::from_millis(300)));
    println!("{}", a + b);
    println!("{}", kettle::spawn(Work::start(Duration::from_millis(1500))).await.unwrap());
}
