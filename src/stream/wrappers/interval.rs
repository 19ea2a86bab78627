//! How is an interval a stream?
//!
//! Each tick is an item. The stream never ends.
//!
//! tokio: `tokio_stream::wrappers::IntervalStream`.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use futures_core::stream::FusedStream;

use crate::time::{Instant, Interval};

/// The ticks of an interval.
///
/// tokio: `tokio_stream::wrappers::IntervalStream`.
///
/// ```
/// use kettle::stream::Stream;
/// use kettle::stream::wrappers::IntervalStream;
/// use kettle::time::{Duration, interval};
/// use std::future::poll_fn;
/// use std::pin::Pin;
///
/// # #[kettle::main(start_paused = true)]
/// # async fn main() {
/// let mut ticks = IntervalStream::new(interval(Duration::from_secs(1)));
/// let first = poll_fn(|cx| Pin::new(&mut ticks).poll_next(cx)).await.unwrap();
/// let second = poll_fn(|cx| Pin::new(&mut ticks).poll_next(cx)).await.unwrap();
/// assert_eq!((second - first).as_secs(), 1);
/// # }
/// ```
#[derive(Debug)]
pub struct IntervalStream {
    inner: Interval,
}

impl IntervalStream {
    /// Wraps an interval.
    ///
    /// tokio: `tokio_stream::wrappers::IntervalStream::new`.
    pub fn new(interval: Interval) -> IntervalStream {
        IntervalStream { inner: interval }
    }

    /// The interval.
    ///
    /// tokio: `tokio_stream::wrappers::IntervalStream::into_inner`.
    pub fn into_inner(self) -> Interval {
        self.inner
    }
}

impl Stream for IntervalStream {
    type Item = Instant;

    #[track_caller]
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Instant>> {
        self.inner.poll_tick(cx).map(Some)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (usize::MAX, None)
    }
}

impl FusedStream for IntervalStream {
    fn is_terminated(&self) -> bool {
        false
    }
}

impl AsRef<Interval> for IntervalStream {
    fn as_ref(&self) -> &Interval {
        &self.inner
    }
}

impl AsMut<Interval> for IntervalStream {
    fn as_mut(&mut self) -> &mut Interval {
        &mut self.inner
    }
}
