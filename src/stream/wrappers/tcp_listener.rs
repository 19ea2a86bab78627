//! How is a TCP listener a stream?
//!
//! Each connection is an item. The stream never ends; an error of accepting is an item, too.
//!
//! tokio: `tokio_stream::wrappers::TcpListenerStream`.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use crate::net::{TcpListener, TcpStream};

/// The connections that a TCP listener accepts. Their addresses are left out.
///
/// tokio: `tokio_stream::wrappers::TcpListenerStream`.
///
/// ```
/// use kettle::net::{TcpListener, TcpStream};
/// use kettle::stream::Stream;
/// use kettle::stream::wrappers::TcpListenerStream;
/// use std::future::poll_fn;
/// use std::pin::Pin;
///
/// # #[kettle::main]
/// # async fn main() -> std::io::Result<()> {
/// let listener = TcpListener::bind("127.0.0.1:0").await?;
/// let address = listener.local_addr()?;
/// let mut connections = TcpListenerStream::new(listener);
/// let client = TcpStream::connect(address).await?;
/// let server = poll_fn(|cx| Pin::new(&mut connections).poll_next(cx)).await.unwrap()?;
/// assert_eq!(server.peer_addr()?, client.local_addr()?);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct TcpListenerStream {
    inner: TcpListener,
}

impl TcpListenerStream {
    /// Wraps a listener.
    ///
    /// tokio: `tokio_stream::wrappers::TcpListenerStream::new`.
    pub fn new(listener: TcpListener) -> TcpListenerStream {
        TcpListenerStream { inner: listener }
    }

    /// The listener.
    ///
    /// tokio: `tokio_stream::wrappers::TcpListenerStream::into_inner`.
    pub fn into_inner(self) -> TcpListener {
        self.inner
    }
}

impl Stream for TcpListenerStream {
    type Item = io::Result<TcpStream>;

    #[track_caller]
    fn poll_next(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<io::Result<TcpStream>>> {
        let accepted = ready!(self.inner.poll_accept(cx));
        Poll::Ready(Some(accepted.map(|(stream, _address)| stream)))
    }
}

impl AsRef<TcpListener> for TcpListenerStream {
    fn as_ref(&self) -> &TcpListener {
        &self.inner
    }
}

impl AsMut<TcpListener> for TcpListenerStream {
    fn as_mut(&mut self) -> &mut TcpListener {
        &mut self.inner
    }
}
