//! How does a sender give up if it waits too long for room?
//!
//! It reserves room under a timeout and sends if it gets room. The method has its own file because
//! no other channel method needs the feature `time`.
//!
//! tokio: `sync/mpsc/bounded.rs`.

use std::time::Duration;

use crate::origin::located;

use super::error::{SendError, SendTimeoutError};
use super::sender::Sender;

impl<T> Sender<T> {
    /// Like [`send`](Sender::send), and as cancel safe, but waits for room no longer than
    /// `timeout`.
    ///
    /// # Errors
    ///
    /// [`SendTimeoutError::Timeout`] or [`SendTimeoutError::Closed`], with the value.
    ///
    /// # Panics
    ///
    /// If it has to wait outside a runtime.
    ///
    /// ```
    /// use kettle::sync::mpsc::{self, error::SendTimeoutError};
    /// use std::time::Duration;
    ///
    /// # #[kettle::main] async fn main() {
    /// let (tx, _rx) = mpsc::channel(1);
    /// tx.send(1).await.unwrap();
    /// let late = tx.send_timeout(2, Duration::from_millis(1)).await;
    /// assert_eq!(late, Err(SendTimeoutError::Timeout(2)));
    /// # }
    /// ```
    #[track_caller]
    pub fn send_timeout(
        &self,
        value: T,
        timeout: Duration,
    ) -> impl Future<Output = Result<(), SendTimeoutError<T>>> {
        located(async move {
            match crate::time::timeout(timeout, self.reserve()).await {
                Ok(Ok(permit)) => {
                    permit.send(value);
                    Ok(())
                }
                Ok(Err(SendError(()))) => Err(SendTimeoutError::Closed(value)),
                Err(_elapsed) => Err(SendTimeoutError::Timeout(value)),
            }
        })
    }
}
