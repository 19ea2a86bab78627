//! How is the receiver of a `broadcast` channel a stream?
//!
//! Each value is an item, and so is the error that some were missed. The stream ends with the
//! channel.
//!
//! Invariant: the stream has the place in line that a future of `recv` would have, and leaves it
//! when it is dropped.
//!
//! tokio: `tokio_stream::wrappers::BroadcastStream`; it keeps the future of `recv` in a box.

use std::error::Error;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use crate::sync::broadcast::Receiver;
use crate::sync::broadcast::error::RecvError;
use crate::sync::wait_list::Key;

/// The values of a `broadcast` channel.
///
/// tokio: `tokio_stream::wrappers::BroadcastStream`.
///
/// ```
/// use kettle::stream::Stream;
/// use kettle::stream::wrappers::{BroadcastStream, errors::BroadcastStreamRecvError};
/// use std::future::poll_fn;
/// use std::pin::Pin;
///
/// # #[kettle::main]
/// # async fn main() {
/// let (tx, rx) = kettle::sync::broadcast::channel(1);
/// tx.send(1).unwrap();
/// tx.send(2).unwrap();
/// drop(tx);
/// let mut stream = BroadcastStream::new(rx);
/// let missed = Err(BroadcastStreamRecvError::Lagged(1));
/// assert_eq!(poll_fn(|cx| Pin::new(&mut stream).poll_next(cx)).await, Some(missed));
/// assert_eq!(poll_fn(|cx| Pin::new(&mut stream).poll_next(cx)).await, Some(Ok(2)));
/// assert_eq!(poll_fn(|cx| Pin::new(&mut stream).poll_next(cx)).await, None);
/// # }
/// ```
pub struct BroadcastStream<T> {
    inner: Receiver<T>,
    place: Option<Key>,
}

impl<T: Clone + Send + 'static> BroadcastStream<T> {
    /// Wraps a receiver.
    ///
    /// tokio: `tokio_stream::wrappers::BroadcastStream::new`.
    pub fn new(rx: Receiver<T>) -> BroadcastStream<T> {
        BroadcastStream { inner: rx, place: None }
    }
}

impl<T: Clone + Send + 'static> Stream for BroadcastStream<T> {
    type Item = Result<T, BroadcastStreamRecvError>;

    #[track_caller]
    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let BroadcastStream { inner, place } = self.get_mut();
        Poll::Ready(match ready!(inner.poll_recv(place, cx)) {
            Ok(value) => Some(Ok(value)),
            Err(RecvError::Lagged(missed)) => Some(Err(BroadcastStreamRecvError::Lagged(missed))),
            Err(RecvError::Closed) => None,
        })
    }
}

impl<T> Drop for BroadcastStream<T> {
    fn drop(&mut self) {
        if let Some(place) = self.place.take() {
            self.inner.leave(place);
        }
    }
}

impl<T: Clone + Send + 'static> From<Receiver<T>> for BroadcastStream<T> {
    fn from(recv: Receiver<T>) -> BroadcastStream<T> {
        BroadcastStream::new(recv)
    }
}

// Nothing in it is pinned, as in tokio-stream's, whatever `T` is.
impl<T> Unpin for BroadcastStream<T> {}

impl<T> fmt::Debug for BroadcastStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BroadcastStream").finish_non_exhaustive()
    }
}

/// The stream was too slow.
///
/// tokio: `tokio_stream::wrappers::errors::BroadcastStreamRecvError`.
#[derive(Debug, PartialEq, Eq, Clone)]
pub enum BroadcastStreamRecvError {
    /// So many values were overwritten. The next item is the oldest that is left.
    Lagged(u64),
}

impl fmt::Display for BroadcastStreamRecvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let BroadcastStreamRecvError::Lagged(missed) = self;
        write!(f, "channel lagged by {missed}")
    }
}

impl Error for BroadcastStreamRecvError {}
