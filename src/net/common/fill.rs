//! How is the free room of a growing buffer filled?
//!
//! `kettle-read-buf` lends the room and counts afterwards how much of it was filled. This file
//! turns it into the slice of bytes that a system call reads into.
//!
//! tokio: it hands uninitialised memory to the system, which takes `unsafe`.

use std::io;

use bytes::BufMut;

use crate::io::room;

/// Lends a part of the next piece of free room in `buf` to `read`, which reads from a stream and
/// returns the number of bytes.
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

/// The same for datagrams: lends the whole next piece, since bytes that don't fit would be lost.
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
