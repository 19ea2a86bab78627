//! A `join_all` of one's own, which polls only those futures that were woken.
//! doctor: `lost_wakeup`

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use kettle::time::sleep;

struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

struct Child<T> {
    future: Pin<Box<dyn Future<Output = T> + Send>>,
    woken: Arc<Flag>,
    output: Option<T>,
}

struct JoinAll<T>(Vec<Child<T>>);

fn join_all<T>(futures: Vec<Pin<Box<dyn Future<Output = T> + Send>>>) -> JoinAll<T> {
    let child =
        |future| Child { future, woken: Arc::new(Flag(AtomicBool::new(true))), output: None };
    JoinAll(futures.into_iter().map(child).collect())
}

impl<T: Unpin> Future for JoinAll<T> {
    type Output = Vec<T>;

    fn poll(mut self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<Vec<T>> {
        for child in &mut self.0 {
            if child.output.is_none() && child.woken.0.swap(false, Ordering::SeqCst) {
                let waker = Waker::from(child.woken.clone());
                if let Poll::Ready(output) =
                    child.future.as_mut().poll(&mut Context::from_waker(&waker))
                {
                    child.output = Some(output);
                }
            }
        }
        if self.0.iter().all(|child| child.output.is_some()) {
            Poll::Ready(self.0.iter_mut().map(|child| child.output.take().unwrap()).collect())
        } else {
            Poll::Pending
        }
    }
}

async fn weigh(parcel: u64) -> u64 {
    sleep(Duration::from_millis(20 * parcel)).await;
    parcel * 250
}

#[kettle::main]
async fn main() {
    let scales = kettle::spawn(join_all(vec![
        Box::pin(weigh(1)) as Pin<Box<dyn Future<Output = u64> + Send>>,
        Box::pin(weigh(2)),
        Box::pin(weigh(3)),
    ]));
    let weights = scales.await.unwrap();
    println!("{weights:?} grams");
}
