//! How is the free room of a growing buffer filled?
//!
//! `kettle-read-buf` lends it, and counts afterwards. Here it becomes the bytes that a system call
//! reads into.
//!
//! tokio: hands the system memory that is not initialised, which takes `unsafe`.

use std::io;

use bytes::BufMut;

use crate::io::room;

/// Lends a part of the next piece of free room in `buf` to `read`, which reads from a stream and
/// says how many bytes came.
pub(in crate::net) fn fill<B: BufMut>(
    buf: &mut B,
    read: impl FnOnce(&mut [u8]) -> io::Result<usize>,
) -> io::Result<usize> {
    kettle_read_buf::fill(buf, |part| {
        let n = read(room(part))?;
        part.advance(n);
        Ok(())
    })
}

/// The same for datagrams, which must not be cut: lends the next piece whole.
pub(in crate::net) fn fill_whole<B: BufMut>(
    buf: &mut B,
    read: impl FnOnce(&mut [u8]) -> io::Result<usize>,
) -> io::Result<usize> {
    kettle_read_buf::fill(buf, |part| {
        let n = read(part.initialize_unfilled())?;
        part.advance(n);
        Ok(())
    })
}
