//! How can one task read from a stream while another writes to it?
//!
//! [`split`] makes two halves that share the stream. When a half is polled, it takes the stream out
//! of a shared place, polls it, and puts it back, so that neither the stream's code nor a waker
//! that it calls runs under a lock.
//!
//! A half that finds the place empty stores its waker there and returns `Pending`. That happens
//! when another thread is polling the other half, or when a foreign executor polls this half from
//! inside the other's poll. The half that puts the stream back calls that waker.
//!
//! Interface: [`split`], [`ReadHalf`], [`WriteHalf`]. Invariants: the stream is either in the place
//! or with one poll, which puts it back even if it panics. A waker is in the place only while the
//! stream isn't.
//!
//! Not here: splitting sockets, whose halves need to share only the socket (`net`).
//!
//! tokio: `io/split.rs` polls the stream under a lock, so that a waiting half blocks its thread,
//! and a panic leaves both halves useless. Its stream is pinned in the shared memory (`unsafe`);
//! ours is in its own box.

use std::fmt;
use std::io;
use std::panic::RefUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use kettle_runtime::event::StateLock;
use kettle_runtime::{WakerSlot, store_waker};

use super::{AsyncRead, AsyncWrite, ReadBuf};

/// Splits a stream into a half for reading and one for writing, which can have different owners.
///
/// [`ReadHalf::unsplit`] joins them again. Dropping one half doesn't close the stream, which is
/// dropped with the second half. Sockets have their own, cheaper `split`, such as
/// [`TcpStream::into_split`](crate::net::TcpStream::into_split).
///
/// ```
/// use kettle::io::{self, AsyncReadExt, AsyncWriteExt};
///
/// # #[kettle::main] async fn main() -> io::Result<()> {
/// let (stream, mut peer) = io::duplex(8);
/// let (mut reader, mut writer) = io::split(stream);
/// let writing = kettle::spawn(async move {
///     writer.write_all(b"more than eight bytes").await?;
///     writer.shutdown().await
/// });
/// peer.write_all(b"hello").await?;
/// let mut word = [0; 5];
/// reader.read_exact(&mut word).await?;
/// assert_eq!(&word, b"hello");
///
/// let mut text = String::new();
/// peer.read_to_string(&mut text).await?;
/// assert_eq!(text, "more than eight bytes");
/// # writing.await??;
/// # Ok(()) }
/// ```
pub fn split<T>(stream: T) -> (ReadHalf<T>, WriteHalf<T>)
where
    T: AsyncRead + AsyncWrite,
{
    let is_write_vectored = stream.is_write_vectored();
    let waiting = [WakerSlot::EMPTY, WakerSlot::EMPTY];
    let place = Place { stream: Some(Box::pin(stream)), waiting };
    let shared = Arc::new(Shared { place: StateLock::new(place), is_write_vectored });
    (ReadHalf { shared: shared.clone() }, WriteHalf { shared })
}

/// The half for reading. Made by [`split`].
pub struct ReadHalf<T> {
    shared: Arc<Shared<T>>,
}

/// The half for writing. Made by [`split`].
pub struct WriteHalf<T> {
    shared: Arc<Shared<T>>,
}

impl<T> ReadHalf<T> {
    /// Returns whether these are the two halves of one stream.
    pub fn is_pair_of(&self, other: &WriteHalf<T>) -> bool {
        other.is_pair_of(self)
    }

    /// Joins the two halves into one stream again.
    ///
    /// # Panics
    ///
    /// If they come from different streams, which [`is_pair_of`](ReadHalf::is_pair_of) checks.
    ///
    /// ```
    /// use kettle::io;
    ///
    /// let (reader, writer) = io::split(io::empty());
    /// assert!(reader.is_pair_of(&writer));
    /// let _empty: io::Empty = reader.unsplit(writer);
    /// ```
    #[track_caller]
    pub fn unsplit(self, wr: WriteHalf<T>) -> T
    where
        T: Unpin,
    {
        assert!(self.is_pair_of(&wr), "`unsplit` needs the two halves of the same stream");
        drop(wr);
        let shared = Arc::into_inner(self.shared).expect("the other half is gone");
        *Pin::into_inner(shared.place.lock().stream.take().expect("no half is being polled"))
    }
}

impl<T> WriteHalf<T> {
    /// Returns whether these are the two halves of one stream.
    pub fn is_pair_of(&self, other: &ReadHalf<T>) -> bool {
        Arc::ptr_eq(&self.shared, &other.shared)
    }
}

/// The state that the halves share.
struct Shared<T> {
    place: StateLock<Place<T>>,
    is_write_vectored: bool,
}

struct Place<T> {
    /// `None` while a half is polling it.
    stream: Option<Pin<Box<T>>>,
    /// The wakers of halves that found no stream here.
    waiting: [WakerSlot; 2],
}

#[derive(Clone, Copy)]
enum Half {
    Read,
    Write,
}

impl<T> Shared<T> {
    fn poll<R>(
        &self,
        half: Half,
        cx: &mut Context<'_>,
        poll: impl FnOnce(Pin<&mut T>, &mut Context<'_>) -> Poll<R>,
    ) -> Poll<R> {
        let taken = store_waker(cx, |clone| {
            let mut place = self.place.lock();
            match place.stream.take() {
                Some(stream) => Some(Ok(stream)),
                None => place.waiting[half as usize].store(cx, clone).map(Err),
            }
        });
        let Ok(stream) = taken else { return Poll::Pending };
        let mut taken = Taken { shared: self, stream: Some(stream) };
        let stream = taken.stream.as_mut().expect("it was put in, and only `drop` takes it out");
        poll(stream.as_mut(), cx)
    }
}

// Nothing under the lock panics, and a stream that panics is put back.
impl<T> RefUnwindSafe for Shared<T> {}

/// The stream while a half is polling it. Its drop puts the stream back, even after a panic.
struct Taken<'a, T> {
    shared: &'a Shared<T>,
    stream: Option<Pin<Box<T>>>,
}

impl<T> Drop for Taken<'_, T> {
    fn drop(&mut self) {
        let mut place = self.shared.place.lock();
        place.stream = self.stream.take();
        let waiting = place.waiting.each_mut().map(WakerSlot::take);
        drop(place);
        for waker in waiting.into_iter().flatten() {
            waker.wake();
        }
    }
}

impl<T: AsyncRead> AsyncRead for ReadHalf<T> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.shared.poll(Half::Read, cx, |stream, cx| stream.poll_read(cx, buf))
    }
}

impl<T: AsyncWrite> AsyncWrite for WriteHalf<T> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.shared.poll(Half::Write, cx, |stream, cx| stream.poll_write(cx, buf))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.shared.poll(Half::Write, cx, T::poll_flush)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.shared.poll(Half::Write, cx, T::poll_shutdown)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.shared.poll(Half::Write, cx, |stream, cx| stream.poll_write_vectored(cx, bufs))
    }

    fn is_write_vectored(&self) -> bool {
        self.shared.is_write_vectored
    }
}

impl<T: fmt::Debug> fmt::Debug for ReadHalf<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("split::ReadHalf").finish()
    }
}

impl<T: fmt::Debug> fmt::Debug for WriteHalf<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("split::WriteHalf").finish()
    }
}
