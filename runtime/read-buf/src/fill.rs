//! How does a reader fill a growing buffer without a zero being written first?
//!
//! [`fill`] lends it the buffer's free room as a [`ReadBuf`], and afterwards counts as many bytes
//! as the reader has filled. `BufMut` is the trait of the crate `bytes` for such buffers: `Vec`,
//! `BytesMut`, `&mut [u8]`, `ReadBuf` itself, and `Limit`, which bounds the room of another buffer.
//! So this one function serves `read_buf`, `read_to_end`, `Take` and `try_read_buf`.
//!
//! tokio: the same few `unsafe` lines in each of those places.

use std::io;
use std::task::Poll;

use bytes::BufMut;

use crate::ReadBuf;

/// Lends the next piece of free room in `target` to `read`, and returns how many bytes it filled. A
/// `Vec` without free room grows first.
///
/// # Errors
///
/// Any error of `read`. If `read` fails or panics, `target` is as it was before.
///
/// # Panics
///
/// If `read` replaces the `ReadBuf` that it was lent with another one.
///
/// ```
/// use std::convert::Infallible;
///
/// let mut vec = b"green ".to_vec();
/// let n = kettle_read_buf::fill(&mut vec, |room| {
///     room.put_slice(b"tea");
///     Ok::<_, Infallible>(())
/// });
/// assert_eq!((n, &vec[..]), (Ok(3), &b"green tea"[..]));
/// ```
pub fn fill<B: BufMut + ?Sized, E>(
    target: &mut B,
    read: impl FnOnce(&mut ReadBuf<'_>) -> Result<(), E>,
) -> Result<usize, E> {
    // SAFETY: no uninitialised byte may be written, and a `ReadBuf` writes none (invariant 2).
    let mut room = ReadBuf::uninit(unsafe { target.chunk_mut().as_uninit_slice_mut() });
    let lent = (room.filled().as_ptr(), room.capacity());
    read(&mut room)?;
    // `read` can assign to what it was lent. Memory with this address and this length is the chunk,
    // or has no bytes at all.
    let returned = (room.filled().as_ptr(), room.capacity());
    assert!(lent == returned, "the reader put another buffer in place of the one it was lent");
    let n = room.filled().len();
    // SAFETY: the first `n` bytes of the chunk are filled, and so hold values (invariant 1).
    unsafe { target.advance_mut(n) };
    Ok(n)
}

/// [`fill`], for a `read` that may return `Pending`. `Pending`, too, leaves `target` as it was
/// before.
///
/// # Errors
///
/// Any error of `read`.
///
/// # Panics
///
/// Like [`fill`].
pub fn poll_fill<B: BufMut + ?Sized>(
    target: &mut B,
    read: impl FnOnce(&mut ReadBuf<'_>) -> Poll<io::Result<()>>,
) -> Poll<io::Result<usize>> {
    let filled = fill(target, |room| match read(room) {
        Poll::Ready(Ok(())) => Ok(()),
        nothing => Err(nothing.map_ok(|()| 0)),
    });
    filled.map_or_else(|nothing| nothing, |n| Poll::Ready(Ok(n)))
}
