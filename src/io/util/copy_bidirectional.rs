//! How are two streams connected so that each gets the other's bytes?
//!
//! One future runs two copies, one for each direction. When a copy's reader ends, the copy shuts
//! its writer down to pass on the end. The other direction goes on until its own reader ends.
//!
//! tokio: `io/util/copy_bidirectional.rs` works in the same way.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use super::copy_buffer::{BUFFER, CopyBuffer};
use crate::io::{AsyncRead, AsyncWrite};
use crate::origin::located;

/// Copies from `a` to `b` and from `b` to `a` at the same time, until both have ended. Returns how
/// many bytes went from `a` to `b`, and how many from `b` to `a`.
///
/// When one stream ends, the other is shut down ([`shutdown`](super::AsyncWriteExt::shutdown)), and
/// the other direction goes on. Each direction has a buffer of 8 KiB.
///
/// # Errors
///
/// The first error of either stream ends both directions, except that reads and writes are tried
/// again after [`Interrupted`](std::io::ErrorKind::Interrupted). Bytes read but not written are
/// lost.
///
/// # Cancel safety
///
/// Not cancel safe: dropping the future loses the counts, and bytes read but not yet written.
///
/// ```
/// use kettle::io::{self, AsyncReadExt, AsyncWriteExt};
///
/// # #[kettle::main] async fn main() -> io::Result<()> {
/// let (mut client, mut front) = io::duplex(64);
/// let (mut back, mut server) = io::duplex(64);
/// let proxy = kettle::spawn(async move { io::copy_bidirectional(&mut front, &mut back).await });
///
/// client.write_all(b"green tea?").await?;
/// client.shutdown().await?;
/// let mut order = String::new();
/// server.read_to_string(&mut order).await?;
/// server.write_all(b"here").await?;
/// drop(server);
/// assert_eq!(proxy.await??, (10, 4));
/// # Ok(()) }
/// ```
#[track_caller]
pub fn copy_bidirectional<'a, A, B>(
    a: &'a mut A,
    b: &'a mut B,
) -> impl Future<Output = io::Result<(u64, u64)>> + use<'a, A, B>
where
    A: AsyncRead + AsyncWrite + Unpin + ?Sized,
    B: AsyncRead + AsyncWrite + Unpin + ?Sized,
{
    located(copy_both(a, b, BUFFER, BUFFER))
}

/// Like [`copy_bidirectional`], with the sizes of the two buffers in bytes.
///
/// # Panics
///
/// If either size is 0 when the future is polled.
#[track_caller]
pub fn copy_bidirectional_with_sizes<'a, A, B>(
    a: &'a mut A,
    b: &'a mut B,
    a_to_b_buf_size: usize,
    b_to_a_buf_size: usize,
) -> impl Future<Output = io::Result<(u64, u64)>> + use<'a, A, B>
where
    A: AsyncRead + AsyncWrite + Unpin + ?Sized,
    B: AsyncRead + AsyncWrite + Unpin + ?Sized,
{
    located(async move {
        assert!(a_to_b_buf_size > 0, "`a_to_b_buf_size` must be greater than 0");
        assert!(b_to_a_buf_size > 0, "`b_to_a_buf_size` must be greater than 0");
        copy_both(a, b, a_to_b_buf_size, b_to_a_buf_size).await
    })
}

async fn copy_both<A, B>(
    a: &mut A,
    b: &mut B,
    a_to_b: usize,
    b_to_a: usize,
) -> io::Result<(u64, u64)>
where
    A: AsyncRead + AsyncWrite + Unpin + ?Sized,
    B: AsyncRead + AsyncWrite + Unpin + ?Sized,
{
    let mut a_to_b = Transfer::Copying(CopyBuffer::new(a_to_b));
    let mut b_to_a = Transfer::Copying(CopyBuffer::new(b_to_a));
    poll_fn(|cx| {
        // Always polls both, because each has to store the waker where it is waiting.
        let a_to_b_copied = a_to_b.poll(cx, Pin::new(&mut *a), Pin::new(&mut *b))?;
        let b_to_a_copied = b_to_a.poll(cx, Pin::new(&mut *b), Pin::new(&mut *a))?;
        Poll::Ready(Ok((ready!(a_to_b_copied), ready!(b_to_a_copied))))
    })
    .await
}

/// One direction.
enum Transfer {
    Copying(CopyBuffer),
    /// The reader has ended after this many bytes, and the writer is being shut down.
    ShuttingDown(u64),
    Done(u64),
}

impl Transfer {
    fn poll<R: AsyncRead + ?Sized, W: AsyncWrite + ?Sized>(
        &mut self,
        cx: &mut Context<'_>,
        mut reader: Pin<&mut R>,
        mut writer: Pin<&mut W>,
    ) -> Poll<io::Result<u64>> {
        loop {
            *self = match self {
                Transfer::Copying(buffer) => {
                    let copied = ready!(buffer.poll_copy(cx, reader.as_mut(), writer.as_mut()))?;
                    Transfer::ShuttingDown(copied)
                }
                Transfer::ShuttingDown(copied) => {
                    ready!(writer.as_mut().poll_shutdown(cx))?;
                    Transfer::Done(*copied)
                }
                Transfer::Done(copied) => return Poll::Ready(Ok(*copied)),
            };
        }
    }
}
