//! A future with a limit: its output, or the word that it took too long.

use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use kettle::time::sleep;

/// The limit has passed first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Elapsed;

/// Waits for `future`, but no longer than `limit` from now.
pub async fn timeout<F: Future>(limit: Duration, future: F) -> Result<F::Output, Elapsed> {
    // Nothing in an `async fn` happens when it is called. "From now" is from its first poll.
    let mut future = pin!(future);
    let mut sleep = pin!(sleep(limit));
    std::future::poll_fn(|cx| {
        if let Poll::Ready(output) = future.as_mut().poll(cx) {
            return Poll::Ready(Ok(output));
        }
        sleep.as_mut().poll(cx).map(|()| Err(Elapsed))
    })
    .await
}
