//! How does a reader say how much it has read?
//!
//! It is lent a [`ReadBuf`]: a slice of bytes and one number, how many of them are filled. It
//! writes behind the filled part and moves the number forward; the caller compares before and
//! after.
//!
//! ```text
//!  [        filled        |        unfilled         ]
//!   0                 filled                capacity
//! ```
//!
//! Invariant: `filled <= capacity`.
//!
//! Not here: memory that has not been written yet. tokio's `ReadBuf` can be over `MaybeUninit<u8>`,
//! which spares zeroing a buffer, and for that has a third number between the two, `initialized`.
//! Handing such memory out as bytes takes `unsafe`, which this crate does without: our buffer is
//! initialised throughout, so that `initialized` is always the capacity, and `uninit`, `inner_mut`,
//! `unfilled_mut` and `assume_init` do not exist. What that costs is zeroing a buffer that has to
//! be made first; `util/fill.rs` keeps it small. All that is here has tokio's signatures and
//! panics.

use std::fmt;

/// A byte buffer that is filled from the front, as it is handed to
/// [`AsyncRead::poll_read`](super::AsyncRead::poll_read).
///
/// tokio: `tokio::io::ReadBuf`, less its methods on uninitialised memory.
///
/// ```
/// use kettle::io::ReadBuf;
///
/// let mut bytes = [0; 8];
/// let mut buf = ReadBuf::new(&mut bytes);
/// buf.put_slice(b"hello");
/// assert_eq!(buf.filled(), b"hello");
/// assert_eq!(buf.remaining(), 3);
/// ```
pub struct ReadBuf<'a> {
    buf: &'a mut [u8],
    filled: usize,
}

impl<'a> ReadBuf<'a> {
    /// A buffer over `buf`, with nothing filled yet.
    #[inline]
    pub fn new(buf: &'a mut [u8]) -> ReadBuf<'a> {
        ReadBuf { buf, filled: 0 }
    }

    /// How many bytes the buffer holds in all, filled or not.
    #[inline]
    pub fn capacity(&self) -> usize {
        self.buf.len()
    }

    /// The filled part.
    #[inline]
    pub fn filled(&self) -> &[u8] {
        &self.buf[..self.filled]
    }

    /// The filled part, to be changed in place.
    #[inline]
    pub fn filled_mut(&mut self) -> &mut [u8] {
        &mut self.buf[..self.filled]
    }

    /// A buffer over the first `n` unfilled bytes, or over all of them if there are fewer.
    ///
    /// What is filled through it does not count as filled here until [`advance`](ReadBuf::advance)
    /// says so.
    ///
    /// ```
    /// # use kettle::io::ReadBuf;
    /// let mut bytes = [0; 8];
    /// let mut buf = ReadBuf::new(&mut bytes);
    /// let mut part = buf.take(3);
    /// part.put_slice(b"abc");
    /// let n = part.filled().len();
    /// buf.advance(n);
    /// assert_eq!(buf.filled(), b"abc");
    /// ```
    #[inline]
    pub fn take(&mut self, n: usize) -> ReadBuf<'_> {
        let n = n.min(self.remaining());
        ReadBuf::new(self.initialize_unfilled_to(n))
    }

    /// The part that holds defined bytes: all of it.
    #[inline]
    pub fn initialized(&self) -> &[u8] {
        self.buf
    }

    /// The part that holds defined bytes, to be changed in place: all of it.
    #[inline]
    pub fn initialized_mut(&mut self) -> &mut [u8] {
        self.buf
    }

    /// The whole unfilled part, to be written to. [`advance`](ReadBuf::advance) afterwards.
    ///
    /// ```
    /// # use kettle::io::ReadBuf;
    /// let mut bytes = [0; 8];
    /// let mut buf = ReadBuf::new(&mut bytes);
    /// buf.initialize_unfilled()[0] = b'x';
    /// buf.advance(1);
    /// assert_eq!(buf.filled(), b"x");
    /// ```
    #[inline]
    pub fn initialize_unfilled(&mut self) -> &mut [u8] {
        &mut self.buf[self.filled..]
    }

    /// The first `n` bytes of the unfilled part, to be written to.
    ///
    /// # Panics
    ///
    /// If fewer than `n` bytes are left.
    #[inline]
    #[track_caller]
    pub fn initialize_unfilled_to(&mut self, n: usize) -> &mut [u8] {
        let remaining = self.remaining();
        assert!(n <= remaining, "asked for {n} unfilled bytes, remaining() = {remaining}");
        &mut self.buf[self.filled..self.filled + n]
    }

    /// How many bytes are unfilled.
    #[inline]
    pub fn remaining(&self) -> usize {
        self.buf.len() - self.filled
    }

    /// Forgets what is filled. The bytes stay as they are.
    #[inline]
    pub fn clear(&mut self) {
        self.filled = 0;
    }

    /// Counts the next `n` bytes as filled.
    ///
    /// # Panics
    ///
    /// If that is more than the capacity.
    #[inline]
    #[track_caller]
    pub fn advance(&mut self, n: usize) {
        let filled = self.filled.checked_add(n).expect("filled + n overflows");
        self.set_filled(filled);
    }

    /// Says that exactly the first `n` bytes are filled; `n` may be less than before.
    ///
    /// # Panics
    ///
    /// If `n` is more than the capacity.
    #[inline]
    #[track_caller]
    pub fn set_filled(&mut self, n: usize) {
        let capacity = self.capacity();
        assert!(n <= capacity, "{n} bytes can't be filled, capacity() = {capacity}");
        self.filled = n;
    }

    /// Copies `buf` to after the filled part and counts it as filled.
    ///
    /// # Panics
    ///
    /// If `buf` is longer than what remains.
    #[inline]
    #[track_caller]
    pub fn put_slice(&mut self, buf: &[u8]) {
        let n = buf.len();
        let remaining = self.remaining();
        assert!(n <= remaining, "{n} bytes don't fit in, remaining() = {remaining}");
        self.buf[self.filled..][..n].copy_from_slice(buf);
        self.filled += n;
    }
}

impl fmt::Debug for ReadBuf<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReadBuf")
            .field("filled", &self.filled)
            .field("initialized", &self.initialized().len())
            .field("capacity", &self.capacity())
            .finish()
    }
}
