//! How is a Unix listener a stream?
//!
//! Each connection is an item. The stream never ends; an error of accepting is an item, too.
//!
//! tokio: `tokio_stream::wrappers::UnixListenerStream`.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use crate::net::{UnixListener, UnixStream};

/// The connections that a Unix listener accepts. Their addresses are left out.
///
/// tokio: `tokio_stream::wrappers::UnixListenerStream`.
///
/// ```
/// use kettle::net::{UnixListener, UnixStream};
/// use kettle::stream::Stream;
/// use kettle::stream::wrappers::UnixListenerStream;
/// use std::future::poll_fn;
/// use std::pin::Pin;
///
/// # #[kettle::main]
/// # async fn main() -> std::io::Result<()> {
/// let path = std::env::temp_dir().join(format!("kettle-doc-stream-{}", std::process::id()));
/// let mut connections = UnixListenerStream::new(UnixListener::bind(&path)?);
/// let _client = UnixStream::connect(&path).await?;
/// let server = poll_fn(|cx| Pin::new(&mut connections).poll_next(cx)).await.unwrap()?;
/// assert_eq!(server.local_addr()?.as_pathname(), Some(&*path));
/// # std::fs::remove_file(path)
/// # }
/// ```
#[derive(Debug)]
pub struct UnixListenerStream {
    inner: UnixListener,
}

impl UnixListenerStream {
    /// Wraps a listener.
    ///
    /// tokio: `tokio_stream::wrappers::UnixListenerStream::new`.
    pub fn new(listener: UnixListener) -> UnixListenerStream {
        UnixListenerStream { inner: listener }
    }

    /// The listener.
    ///
    /// tokio: `tokio_stream::wrappers::UnixListenerStream::into_inner`.
    pub fn into_inner(self) -> UnixListener {
        self.inner
    }
}

impl Stream for UnixListenerStream {
    type Item = io::Result<UnixStream>;

    #[track_caller]
    fn poll_next(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<io::Result<UnixStream>>> {
        let accepted = ready!(self.inner.poll_accept(cx));
        Poll::Ready(Some(accepted.map(|(stream, _address)| stream)))
    }
}

impl AsRef<UnixListener> for UnixListenerStream {
    fn as_ref(&self) -> &UnixListener {
        &self.inner
    }
}

impl AsMut<UnixListener> for UnixListenerStream {
    fn as_mut(&mut self) -> &mut UnixListener {
        &mut self.inner
    }
}
