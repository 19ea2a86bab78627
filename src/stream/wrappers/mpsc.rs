//! How is the receiver of an `mpsc` channel a stream?
//!
//! Each value is an item. The stream ends when `recv` would return `None`.
//!
//! tokio: `tokio_stream::wrappers`.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use crate::sync::mpsc::{Receiver, UnboundedReceiver};

/// The values of a bounded channel.
///
/// tokio: `tokio_stream::wrappers::ReceiverStream`.
///
/// ```
/// use kettle::stream::Stream;
/// use kettle::stream::wrappers::ReceiverStream;
/// use std::future::poll_fn;
/// use std::pin::Pin;
///
/// # #[kettle::main]
/// # async fn main() {
/// let (tx, rx) = kettle::sync::mpsc::channel(8);
/// tx.send(1).await.unwrap();
/// drop(tx);
/// let mut stream = ReceiverStream::new(rx);
/// assert_eq!(poll_fn(|cx| Pin::new(&mut stream).poll_next(cx)).await, Some(1));
/// assert_eq!(poll_fn(|cx| Pin::new(&mut stream).poll_next(cx)).await, None);
/// # }
/// ```
#[derive(Debug)]
pub struct ReceiverStream<T> {
    inner: Receiver<T>,
}

impl<T> ReceiverStream<T> {
    /// Wraps a receiver.
    ///
    /// tokio: `tokio_stream::wrappers::ReceiverStream::new`.
    pub fn new(recv: Receiver<T>) -> ReceiverStream<T> {
        ReceiverStream { inner: recv }
    }

    /// The receiver.
    ///
    /// tokio: `tokio_stream::wrappers::ReceiverStream::into_inner`.
    pub fn into_inner(self) -> Receiver<T> {
        self.inner
    }

    /// Lets no more values in, as [`Receiver::close`].
    ///
    /// tokio: `tokio_stream::wrappers::ReceiverStream::close`.
    pub fn close(&mut self) {
        self.inner.close();
    }
}

impl<T> Stream for ReceiverStream<T> {
    type Item = T;

    #[track_caller]
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        self.inner.poll_recv(cx)
    }

    /// Once the channel is closed, no more come than are in it and may come by permits that are held.
    fn size_hint(&self) -> (usize, Option<usize>) {
        if self.inner.is_closed() {
            let on_the_way = self.inner.max_capacity() - self.inner.capacity();
            (self.inner.len(), Some(on_the_way))
        } else {
            (self.inner.len(), None)
        }
    }
}

impl<T> AsRef<Receiver<T>> for ReceiverStream<T> {
    fn as_ref(&self) -> &Receiver<T> {
        &self.inner
    }
}

impl<T> AsMut<Receiver<T>> for ReceiverStream<T> {
    fn as_mut(&mut self) -> &mut Receiver<T> {
        &mut self.inner
    }
}

impl<T> From<Receiver<T>> for ReceiverStream<T> {
    fn from(recv: Receiver<T>) -> ReceiverStream<T> {
        ReceiverStream::new(recv)
    }
}

/// The values of an unbounded channel.
///
/// tokio: `tokio_stream::wrappers::UnboundedReceiverStream`.
///
/// ```
/// use kettle::stream::Stream;
/// use kettle::stream::wrappers::UnboundedReceiverStream;
/// use std::future::poll_fn;
/// use std::pin::Pin;
///
/// # #[kettle::main]
/// # async fn main() {
/// let (tx, rx) = kettle::sync::mpsc::unbounded_channel();
/// tx.send(1).unwrap();
/// drop(tx);
/// let mut stream = UnboundedReceiverStream::new(rx);
/// assert_eq!(poll_fn(|cx| Pin::new(&mut stream).poll_next(cx)).await, Some(1));
/// assert_eq!(poll_fn(|cx| Pin::new(&mut stream).poll_next(cx)).await, None);
/// # }
/// ```
#[derive(Debug)]
pub struct UnboundedReceiverStream<T> {
    inner: UnboundedReceiver<T>,
}

impl<T> UnboundedReceiverStream<T> {
    /// Wraps a receiver.
    ///
    /// tokio: `tokio_stream::wrappers::UnboundedReceiverStream::new`.
    pub fn new(recv: UnboundedReceiver<T>) -> UnboundedReceiverStream<T> {
        UnboundedReceiverStream { inner: recv }
    }

    /// The receiver.
    ///
    /// tokio: `tokio_stream::wrappers::UnboundedReceiverStream::into_inner`.
    pub fn into_inner(self) -> UnboundedReceiver<T> {
        self.inner
    }

    /// Lets no more values in, as [`UnboundedReceiver::close`].
    ///
    /// tokio: `tokio_stream::wrappers::UnboundedReceiverStream::close`.
    pub fn close(&mut self) {
        self.inner.close();
    }
}

impl<T> Stream for UnboundedReceiverStream<T> {
    type Item = T;

    #[track_caller]
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        self.inner.poll_recv(cx)
    }

    /// No more than what is in the channel, once that is closed.
    fn size_hint(&self) -> (usize, Option<usize>) {
        if self.inner.is_closed() {
            (self.inner.len(), Some(self.inner.len()))
        } else {
            (self.inner.len(), None)
        }
    }
}

impl<T> AsRef<UnboundedReceiver<T>> for UnboundedReceiverStream<T> {
    fn as_ref(&self) -> &UnboundedReceiver<T> {
        &self.inner
    }
}

impl<T> AsMut<UnboundedReceiver<T>> for UnboundedReceiverStream<T> {
    fn as_mut(&mut self) -> &mut UnboundedReceiver<T> {
        &mut self.inner
    }
}

impl<T> From<UnboundedReceiver<T>> for UnboundedReceiverStream<T> {
    fn from(recv: UnboundedReceiver<T>) -> UnboundedReceiverStream<T> {
        UnboundedReceiverStream::new(recv)
    }
}
