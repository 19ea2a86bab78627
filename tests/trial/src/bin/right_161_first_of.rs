//! A hand-written future runs several others, all in one task, until the first of them is ready.
//!
//! Right: each poll asks all of them with the task's own waker, and the losers are dropped where they are: a lock that was not
//! taken, a channel on which nothing has come, a task that goes on without its handle.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use kettle::sync::{Mutex, mpsc};
use kettle::time::{sleep, timeout};

type Boxed<T> = Pin<Box<dyn Future<Output = T> + Send>>;

struct FirstOf<T>(Vec<Boxed<T>>);

impl<T> Future for FirstOf<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        for future in &mut self.0 {
            if let Poll::Ready(output) = future.as_mut().poll(context) {
                self.0.clear();
                return Poll::Ready(output);
            }
        }
        Poll::Pending
    }
}

#[kettle::main]
async fn main() {
    let lock = Arc::new(Mutex::new("the lock"));
    let (send, mut values) = mpsc::channel::<&str>(1);
    let lazy = kettle::spawn(async {
        sleep(Duration::from_millis(400)).await;
        "the task"
    });
    let guard = lock.clone().lock_owned().await;
    let waits_for_lock = Box::pin(async move { *lock.lock().await });
    let waits_for_value = Box::pin(async move { values.recv().await.unwrap_or("the end") });
    let waits_for_task = Box::pin(async move { lazy.await.unwrap() });
    let pause = Box::pin(async {
        sleep(Duration::from_millis(150)).await;
        "the pause"
    });
    let futures: Vec<Boxed<&str>> = vec![waits_for_lock, waits_for_value, waits_for_task, pause];
    assert_eq!(FirstOf(futures).await, "the pause");
    drop(guard);
    send.send("late").await.expect_err("the receiver is dropped");
    let never = FirstOf::<()>(Vec::new()); // of none, there is no first
    assert!(timeout(Duration::from_millis(300), never).await.is_err());
}
