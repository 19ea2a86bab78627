//! How is the receiver of a watched value a stream?
//!
//! The value of now is the first item, and each change is another. As with the receiver, values in
//! between may be missed. The stream ends with the senders.
//!
//! Invariant: the stream has the place in line that a future of `changed` would have, and leaves it
//! when it is dropped.
//!
//! tokio: `tokio_stream::wrappers::WatchStream`; it keeps the future of `changed` in a box.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use crate::sync::wait_list::Key;
use crate::sync::watch::Receiver;

/// A watched value, now and after each change.
///
/// tokio: `tokio_stream::wrappers::WatchStream`.
///
/// ```
/// use kettle::stream::Stream;
/// use kettle::stream::wrappers::WatchStream;
/// use std::future::poll_fn;
/// use std::pin::Pin;
///
/// # #[kettle::main]
/// # async fn main() {
/// let (tx, rx) = kettle::sync::watch::channel("cold");
/// let mut stream = WatchStream::new(rx);
/// assert_eq!(poll_fn(|cx| Pin::new(&mut stream).poll_next(cx)).await, Some("cold"));
/// tx.send("warm").unwrap();
/// tx.send("hot").unwrap();
/// assert_eq!(poll_fn(|cx| Pin::new(&mut stream).poll_next(cx)).await, Some("hot"));
/// drop(tx);
/// assert_eq!(poll_fn(|cx| Pin::new(&mut stream).poll_next(cx)).await, None);
/// # }
/// ```
pub struct WatchStream<T> {
    inner: Receiver<T>,
    place: Option<Key>,
    /// Is the next item the value of now, whether it was seen or not?
    first: bool,
}

impl<T: Clone + Send + Sync + 'static> WatchStream<T> {
    /// Begins with the value of now.
    ///
    /// tokio: `tokio_stream::wrappers::WatchStream::new`.
    pub fn new(rx: Receiver<T>) -> WatchStream<T> {
        WatchStream { inner: rx, place: None, first: true }
    }

    /// Begins with the next value that the receiver has not seen.
    ///
    /// tokio: `tokio_stream::wrappers::WatchStream::from_changes`.
    pub fn from_changes(rx: Receiver<T>) -> WatchStream<T> {
        WatchStream { inner: rx, place: None, first: false }
    }
}

impl<T: Clone + Send + Sync + 'static> Stream for WatchStream<T> {
    type Item = T;

    #[track_caller]
    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        let WatchStream { inner, place, first } = self.get_mut();
        if !*first && ready!(inner.poll_changed(place, cx)).is_err() {
            return Poll::Ready(None);
        }
        *first = false;
        Poll::Ready(Some(inner.borrow_and_update().clone()))
    }
}

impl<T> Drop for WatchStream<T> {
    fn drop(&mut self) {
        if let Some(place) = self.place.take() {
            self.inner.leave(place);
        }
    }
}

impl<T: Clone + Send + Sync + 'static> From<Receiver<T>> for WatchStream<T> {
    fn from(recv: Receiver<T>) -> WatchStream<T> {
        WatchStream::new(recv)
    }
}

// Nothing in it is pinned, as in tokio-stream's, whatever `T` is.
impl<T> Unpin for WatchStream<T> {}

impl<T> fmt::Debug for WatchStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WatchStream").finish_non_exhaustive()
    }
}
