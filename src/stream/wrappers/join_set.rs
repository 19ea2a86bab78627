//! How is a set of tasks a stream?
//!
//! Each task that ends is an item, in the order in which they end. The stream ends when the set is
//! empty; tasks that are spawned into the set later go on with it.
//!
//! tokio: `tokio_stream::wrappers::JoinSetStream`.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use crate::task::{JoinError, JoinSet};

/// The outputs of a set of tasks, as they end.
///
/// tokio: `tokio_stream::wrappers::JoinSetStream`.
///
/// ```
/// use kettle::stream::Stream;
/// use kettle::stream::wrappers::JoinSetStream;
/// use kettle::task::JoinSet;
/// use std::future::poll_fn;
/// use std::pin::Pin;
///
/// # #[kettle::main]
/// # async fn main() {
/// let mut tasks = JoinSet::new();
/// tasks.spawn(async { 1 });
/// let mut outputs = JoinSetStream::new(tasks);
/// let output = poll_fn(|cx| Pin::new(&mut outputs).poll_next(cx)).await;
/// assert_eq!(output.unwrap().unwrap(), 1);
/// assert!(poll_fn(|cx| Pin::new(&mut outputs).poll_next(cx)).await.is_none());
/// # }
/// ```
#[derive(Debug)]
pub struct JoinSetStream<T> {
    inner: JoinSet<T>,
}

impl<T> JoinSetStream<T> {
    /// Wraps a set of tasks.
    ///
    /// tokio: `tokio_stream::wrappers::JoinSetStream::new`.
    pub fn new(join_set: JoinSet<T>) -> JoinSetStream<T> {
        JoinSetStream { inner: join_set }
    }

    /// The set.
    ///
    /// tokio: `tokio_stream::wrappers::JoinSetStream::into_inner`.
    pub fn into_inner(self) -> JoinSet<T> {
        self.inner
    }
}

impl<T: 'static> Stream for JoinSetStream<T> {
    type Item = Result<T, JoinError>;

    #[track_caller]
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.inner.poll_join_next(cx)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.inner.len(), Some(self.inner.len()))
    }
}

impl<T> AsRef<JoinSet<T>> for JoinSetStream<T> {
    fn as_ref(&self) -> &JoinSet<T> {
        &self.inner
    }
}

impl<T> AsMut<JoinSet<T>> for JoinSetStream<T> {
    fn as_mut(&mut self) -> &mut JoinSet<T> {
        &mut self.inner
    }
}

impl<T> From<JoinSet<T>> for JoinSetStream<T> {
    fn from(join_set: JoinSet<T>) -> JoinSetStream<T> {
        JoinSetStream::new(join_set)
    }
}
