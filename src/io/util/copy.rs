//! How are all of a reader's bytes copied into a writer?
//!
//! [`copy`] moves them through its own buffer of 8 KiB (`copy_buffer.rs`), while [`copy_buf`]
//! writes straight from the buffer of a reader that has one.
//!
//! Not here: both directions at once (`copy_bidirectional.rs`).
//!
//! tokio: `io/util/copy.rs` and `io/util/copy_buf.rs` work in the same way.

use std::future::poll_fn;
use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::task::{Poll, ready};

use kettle_runtime::budget;

use super::copy_buffer::{BUFFER, CopyBuffer};
use super::write_all::poll_some;
use crate::io::{AsyncBufRead, AsyncRead, AsyncWrite};
use crate::origin::located;

/// Copies all of a reader's bytes into a writer, flushes, and returns the number of bytes.
///
/// # Errors
///
/// The reader's or the writer's errors, except [`Interrupted`](ErrorKind::Interrupted), which is
/// retried; [`WriteZero`](ErrorKind::WriteZero) if the writer doesn't take any more. Bytes copied
/// before the error stay written; bytes that were only read are lost.
///
/// # Cancel safety
///
/// Not cancel safe: dropping the future loses the count, and up to 8 KiB read but not yet written.
///
/// ```
/// use kettle::io;
/// use kettle::net::{TcpListener, TcpStream};
///
/// # #[kettle::main] async fn main() -> io::Result<()> {
/// let listener = TcpListener::bind("127.0.0.1:0").await?;
/// let address = listener.local_addr()?;
/// kettle::spawn(async move {
///     let mut socket = TcpStream::connect(address).await?;
///     io::copy(&mut &b"hello"[..], &mut socket).await
/// });
///
/// let (mut socket, _) = listener.accept().await?;
/// let mut text = Vec::new();
/// assert_eq!(io::copy(&mut socket, &mut text).await?, 5);
/// assert_eq!(text, b"hello");
/// # Ok(()) }
/// ```
#[track_caller]
pub fn copy<'a, R, W>(
    reader: &'a mut R,
    writer: &'a mut W,
) -> impl Future<Output = io::Result<u64>> + use<'a, R, W>
where
    R: AsyncRead + Unpin + ?Sized,
    W: AsyncWrite + Unpin + ?Sized,
{
    located(async move {
        let mut buffer = CopyBuffer::new(BUFFER);
        poll_fn(|cx| buffer.poll_copy(cx, Pin::new(&mut *reader), Pin::new(&mut *writer))).await
    })
}

/// Like [`copy`], but writes straight from the buffer of a reader that has one. Wrap a reader in a
/// [`BufReader`](super::BufReader) to choose the buffer's size.
///
/// # Errors
///
/// The same as [`copy`], but no bytes are lost, because unwritten ones are still in the reader.
///
/// # Cancel safety
///
/// Dropping the future loses the count, but no bytes: unwritten ones are still in the reader, where
/// another call continues.
///
/// ```
/// use kettle::io;
///
/// # #[kettle::main] async fn main() -> io::Result<()> {
/// let mut writer = Vec::new();
/// assert_eq!(io::copy_buf(&mut &b"green tea"[..], &mut writer).await?, 9);
/// assert_eq!(writer, b"green tea");
/// # Ok(()) }
/// ```
#[track_caller]
pub fn copy_buf<'a, R, W>(
    reader: &'a mut R,
    writer: &'a mut W,
) -> impl Future<Output = io::Result<u64>> + use<'a, R, W>
where
    R: AsyncBufRead + Unpin + ?Sized,
    W: AsyncWrite + Unpin + ?Sized,
{
    located(async move {
        let mut copied = 0;
        let mut dirty = false; // whether bytes have been written since the last flush
        poll_fn(|cx| {
            let mut writer = Pin::new(&mut *writer);
            let mut permit = Some(ready!(budget::poll_proceed(cx)));
            loop {
                let Poll::Ready(available) = Pin::new(&mut *reader).poll_fill_buf(cx) else {
                    // As in `copy_buffer.rs`: the reader may be waiting for an answer.
                    if dirty {
                        ready!(writer.as_mut().poll_flush(cx))?;
                        dirty = false;
                    }
                    return Poll::Pending;
                };
                if let Some(permit) = permit.take() {
                    permit.made_progress();
                }
                let available = match available {
                    Err(e) if e.kind() == ErrorKind::Interrupted => continue,
                    available => available?,
                };
                if available.is_empty() {
                    return writer.poll_flush(cx).map_ok(|()| copied);
                }
                let n = ready!(poll_some(writer.as_mut(), cx, available))?;
                copied += n as u64;
                dirty = true;
                Pin::new(&mut *reader).consume(n);
            }
        })
        .await
    })
}
