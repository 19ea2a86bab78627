//! Where does a stream put the bytes that it reads?
//!
//! Into the unfilled part of the caller's buffer. Since std's `Read` takes only initialised bytes,
//! a part that has never been written is zeroed first, up to a limit: otherwise a caller that
//! offers a megabyte for a hundred bytes would have all of it zeroed each time. A read that is
//! waiting for a report doesn't zero anything.
//!
//! Not here: datagrams, which use the whole unfilled part, so that none is cut short.
//!
//! tokio: it passes uninitialised memory to the system, which takes `unsafe`.

use super::ReadBuf;

/// The most bytes that are zeroed for one read. Few reads return that many, and after one that
/// does, the next gets the rest.
const MAX_ZEROED: usize = 64 * 1024;

/// Returns how many bytes a read into `buf` asks for.
pub(crate) fn read_len(buf: &ReadBuf<'_>) -> usize {
    let initialized = buf.initialized().len() - buf.filled().len();
    buf.remaining().min(initialized.max(MAX_ZEROED))
}

/// Returns the part of `buf` to read a stream into, [`read_len`] bytes long. It may zero them, so
/// call it immediately before the system call, and `advance` the buffer afterwards.
pub(crate) fn room<'a>(buf: &'a mut ReadBuf<'_>) -> &'a mut [u8] {
    buf.initialize_unfilled_to(read_len(buf))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_initialised_is_used_whole_and_of_the_rest_a_part() {
        let mut bytes = vec![1; 100_000];
        assert_eq!(room(&mut ReadBuf::new(&mut bytes)).len(), 100_000);

        let mut bytes = Vec::with_capacity(100_000);
        let mut buf = ReadBuf::uninit(&mut bytes.spare_capacity_mut()[..100_000]);
        assert_eq!(room(&mut buf).len(), MAX_ZEROED);
        assert_eq!(buf.initialized().len(), MAX_ZEROED);
        buf.advance(60_000);
        assert_eq!(room(&mut buf).len(), 40_000);
        assert_eq!(buf.initialized().len(), 100_000);
    }
}
