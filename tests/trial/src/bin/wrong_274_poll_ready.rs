//! A service's `poll_ready`, as in tower: each call makes a new `acquire`, polls it once and drops it, which takes the
//! task out of the semaphore's queue.
//!
//! doctor: `lost_wakeup`
//! cure: keep the future of `acquire_owned` between two calls of `poll_ready`
//! ends: killed

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use kettle::sync::{OwnedSemaphorePermit, Semaphore};
use kettle::time::sleep;

trait Service {
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<()>;
    fn call(&mut self, request: u32) -> impl Future<Output = u32> + Send + 'static;
}

struct Limited {
    permits: Arc<Semaphore>,
    permit: Option<OwnedSemaphorePermit>,
}

impl Service for Limited {
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.permit.is_none() {
            let acquire = pin!(self.permits.clone().acquire_owned());
            self.permit = Some(ready!(acquire.poll(cx)).unwrap());
        }
        Poll::Ready(())
    }

    fn call(&mut self, request: u32) -> impl Future<Output = u32> + Send + 'static {
        let permit = self.permit.take().expect("poll_ready comes first");
        async move {
            sleep(Duration::from_millis(100)).await;
            drop(permit);
            request * 2
        }
    }
}

#[kettle::main]
async fn main() {
    let mut service = Limited { permits: Arc::new(Semaphore::new(2)), permit: None };
    let mut answers = Vec::new();
    for request in 0..6 {
        poll_fn(|cx| service.poll_ready(cx)).await;
        answers.push(kettle::spawn(service.call(request)));
    }
    for answer in answers {
        println!("{}", answer.await.unwrap());
    }
}
