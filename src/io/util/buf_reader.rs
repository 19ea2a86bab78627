//! How does one large read serve many small ones?
//!
//! [`BufReader`] puts a buffer in front of a reader. One read fills the empty buffer, and the
//! following reads take their bytes from it.
//!
//! ```text
//!  [   taken   |   buffered   |   free   ]
//!   0        taken          filled      capacity
//! ```
//!
//! While the buffer is empty, a read of at least its size goes straight to the inner reader,
//! because copying would gain nothing. Writes pass through.
//!
//! **Seeking.** The inner reader is ahead of the program by the buffered bytes, so a move relative
//! to the current position is shortened by their number, or made in two parts if the difference
//! doesn't fit into an `i64`. The seek discards the buffer, so [`BufReader::into_inner`] returns a
//! reader at the new position.
//!
//! Invariants: `taken <= filled <= capacity`, and the capacity is not 0. The inner reader is read
//! only when the buffer is empty.
//!
//! tokio: `io/util/buf_reader.rs` works in the same way.

use std::fmt;
use std::io::{self, SeekFrom};
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use pin_project_lite::pin_project;

use super::copy_buffer::BUFFER;
use crate::io::through::{inner, write_through};
use crate::io::{AsyncBufRead, AsyncRead, AsyncSeek, AsyncWrite, ReadBuf};

pin_project! {
    /// A reader with a buffer in front of it.
    ///
    /// It pays when a program reads little at a time, such as numbers or lines. Dropping it or
    /// taking it apart loses the buffered bytes, so use one `BufReader` for as long as you read a
    /// stream.
    ///
    /// ```
    /// use kettle::io::{AsyncBufReadExt, BufReader};
    /// use kettle::net::{TcpListener, TcpStream};
    ///
    /// # #[kettle::main] async fn main() -> kettle::io::Result<()> {
    /// # use kettle::io::AsyncWriteExt;
    /// # let listener = TcpListener::bind("127.0.0.1:0").await?;
    /// # let address = listener.local_addr()?;
    /// # kettle::spawn(async move {
    /// #     let (mut socket, _) = listener.accept().await.unwrap();
    /// #     socket.write_all(b"green\ntea\n").await
    /// # });
    /// let mut lines = BufReader::new(TcpStream::connect(address).await?).lines();
    /// assert_eq!(lines.next_line().await?.as_deref(), Some("green"));
    /// assert_eq!(lines.next_line().await?.as_deref(), Some("tea"));
    /// # Ok(()) }
    /// ```
    pub struct BufReader<R> {
        #[pin]
        pub(super) inner: R,
        pub(super) buffer: Box<[u8]>,
        pub(super) taken: usize,
        pub(super) filled: usize,
        pub(super) seeking: Seeking,
    }
}

/// The progress of a seek.
#[derive(Clone, Copy, Debug)]
pub(super) enum Seeking {
    /// There is no seek.
    No,
    /// A seek was asked for, but hasn't reached the inner reader yet.
    Requested(SeekFrom),
    /// The inner reader is making the first of two moves, to the program's position. The second
    /// move has this length.
    First(i64),
    /// The inner reader is making the only move or the second one.
    Last,
}

impl<R: AsyncRead> BufReader<R> {
    /// Puts a buffer of 8 KiB in front of `inner`.
    pub fn new(inner: R) -> BufReader<R> {
        BufReader::with_capacity(BUFFER, inner)
    }

    /// Puts a buffer of `capacity` bytes in front of `inner`.
    ///
    /// # Panics
    ///
    /// If `capacity` is 0.
    #[track_caller]
    pub fn with_capacity(capacity: usize, inner: R) -> BufReader<R> {
        assert!(capacity > 0, "a BufReader's capacity must be greater than zero");
        let buffer = vec![0; capacity].into_boxed_slice();
        BufReader { inner, buffer, taken: 0, filled: 0, seeking: Seeking::No }
    }

    inner! {
        R: "reader", "Bytes read from it here come after the buffered ones.",
        " The buffered bytes are lost."
    }

    /// Returns the buffered bytes. Unlike [`fill_buf`](crate::io::AsyncBufReadExt::fill_buf), this
    /// doesn't read.
    pub fn buffer(&self) -> &[u8] {
        &self.buffer[self.taken..self.filled]
    }

    fn forget_buffer(self: Pin<&mut Self>) {
        let me = self.project();
        (*me.taken, *me.filled) = (0, 0);
    }
}

impl<R: AsyncRead> AsyncRead for BufReader<R> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.buffer().is_empty() && buf.remaining() >= self.buffer.len() {
            return self.get_pin_mut().poll_read(cx, buf);
        }
        let available = ready!(self.as_mut().poll_fill_buf(cx))?;
        let n = available.len().min(buf.remaining());
        buf.put_slice(&available[..n]);
        self.consume(n);
        Poll::Ready(Ok(()))
    }
}

impl<R: AsyncRead> AsyncBufRead for BufReader<R> {
    fn poll_fill_buf(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        let me = self.project();
        if *me.taken == *me.filled {
            let mut buf = ReadBuf::new(me.buffer);
            ready!(me.inner.poll_read(cx, &mut buf))?;
            (*me.taken, *me.filled) = (0, buf.filled().len());
        }
        Poll::Ready(Ok(&me.buffer[*me.taken..*me.filled]))
    }

    /// If `amt` is too large, takes all buffered bytes.
    fn consume(self: Pin<&mut Self>, amt: usize) {
        let me = self.project();
        *me.taken = (*me.filled).min(me.taken.saturating_add(amt));
    }
}

/// Seeks the inner reader and discards the buffer, even if the new position is inside it.
///
/// If a seek takes two moves and the second fails, the inner reader is where the program was.
impl<R: AsyncRead + AsyncSeek> AsyncSeek for BufReader<R> {
    /// Only remembers the position: the rest may have to wait, so it is left to `poll_complete`.
    fn start_seek(self: Pin<&mut Self>, position: SeekFrom) -> io::Result<()> {
        *self.project().seeking = Seeking::Requested(position);
        Ok(())
    }

    fn poll_complete(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<u64>> {
        // An error ends the seek.
        let mut state = mem::replace(self.as_mut().project().seeking, Seeking::No);
        loop {
            state = match state {
                Seeking::No => return self.get_pin_mut().poll_complete(cx),
                Seeking::Requested(position) => {
                    let (first, next) = first_move(position, self.buffer().len());
                    self.as_mut().get_pin_mut().start_seek(first)?;
                    next
                }
                Seeking::First(_) | Seeking::Last => {
                    let Poll::Ready(at) = self.as_mut().get_pin_mut().poll_complete(cx)? else {
                        *self.project().seeking = state;
                        return Poll::Pending;
                    };
                    self.as_mut().forget_buffer();
                    let Seeking::First(n) = state else { return Poll::Ready(Ok(at)) };
                    self.as_mut().get_pin_mut().start_seek(SeekFrom::Current(n))?;
                    Seeking::Last
                }
            }
        }
    }
}

/// Returns the first move of an inner reader that is `ahead` bytes ahead of the program.
fn first_move(position: SeekFrom, ahead: usize) -> (SeekFrom, Seeking) {
    let SeekFrom::Current(n) = position else { return (position, Seeking::Last) };
    let ahead = i64::try_from(ahead).expect("a buffer has fewer than 2^63 bytes");
    match n.checked_sub(ahead) {
        Some(n) => (SeekFrom::Current(n), Seeking::Last),
        None => (SeekFrom::Current(-ahead), Seeking::First(n)),
    }
}

/// Writes aren't buffered here; [`BufWriter`](crate::io::BufWriter) buffers them.
impl<R: AsyncRead + AsyncWrite> AsyncWrite for BufReader<R> {
    write_through!(self => self.get_pin_mut(), self.inner);
}

// The same fields as tokio's.
#[allow(clippy::missing_fields_in_debug)]
impl<R: fmt::Debug> fmt::Debug for BufReader<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (buffered, capacity) = (self.filled - self.taken, self.buffer.len());
        f.debug_struct("BufReader")
            .field("reader", &self.inner)
            .field("buffer", &format_args!("{buffered}/{capacity}"))
            .finish()
    }
}
