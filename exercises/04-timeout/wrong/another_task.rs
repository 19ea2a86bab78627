//! A future with a limit: its output, or the word that it took too long.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use kettle::task::JoinHandle;
use kettle::time::{Sleep, sleep};

/// The limit has passed first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Elapsed;

/// Waits for `future`, but no longer than `limit` from now.
pub fn timeout<F>(limit: Duration, future: F) -> Timeout<F>
where
    F: Future<Output: Send> + Send + 'static,
{
    Timeout { task: kettle::spawn(future), sleep: Box::pin(sleep(limit)) }
}

/// The future of [`timeout`].
pub struct Timeout<F: Future> {
    // In boxes, because a future must not be moved after its first poll.
    task: JoinHandle<F::Output>,
    sleep: Pin<Box<Sleep>>,
}

impl<F: Future> Future for Timeout<F> {
    type Output = Result<F::Output, Elapsed>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if let Poll::Ready(output) = Pin::new(&mut self.task).poll(cx) {
            return Poll::Ready(Ok(output.expect("no panic")));
        }
        // And the task? It goes on: who drops a handle doesn't end what it was the handle of.
        self.sleep.as_mut().poll(cx).map(|()| Err(Elapsed))
    }
}
