//! How are the arrivals of a signal a stream?
//!
//! tokio: `tokio_stream::wrappers::SignalStream`.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use crate::signal::unix::Signal;

/// The arrivals of a signal. It never ends.
///
/// tokio: `tokio_stream::wrappers::SignalStream`.
///
/// ```
/// use kettle::signal::unix::{SignalKind, signal};
/// use kettle::stream::wrappers::SignalStream;
///
/// # #[kettle::main]
/// # async fn main() -> std::io::Result<()> {
/// let hangups = SignalStream::new(signal(SignalKind::hangup())?);
/// # drop(hangups);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct SignalStream {
    inner: Signal,
}

impl SignalStream {
    /// Wraps it.
    ///
    /// tokio: `tokio_stream::wrappers::SignalStream::new`.
    pub fn new(signal: Signal) -> SignalStream {
        SignalStream { inner: signal }
    }

    /// What was wrapped.
    ///
    /// tokio: `tokio_stream::wrappers::SignalStream::into_inner`.
    pub fn into_inner(self) -> Signal {
        self.inner
    }
}

impl Stream for SignalStream {
    type Item = ();

    #[track_caller]
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.inner.poll_recv(cx)
    }
}

impl AsRef<Signal> for SignalStream {
    fn as_ref(&self) -> &Signal {
        &self.inner
    }
}

impl AsMut<Signal> for SignalStream {
    fn as_mut(&mut self) -> &mut Signal {
        &mut self.inner
    }
}
