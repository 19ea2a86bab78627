//! How does a reader say how much it has read?
//!
//! It is lent a [`ReadBuf`]: a slice of bytes and two numbers. `filled` counts the bytes that have
//! been read: the reader writes after them and moves the number forward, and the caller compares
//! before and after. `initialized` counts the bytes that have ever been written, whatever the
//! value.
//!
//! ```text
//!  [    filled    |             unfilled              ]
//!  [        initialized       | maybe not initialised ]
//!   0          filled    initialized           capacity
//! ```
//!
//! Invariants, on which every `SAFETY` line here rests:
//!
//! 1. `filled <= initialized <= capacity`.
//! 2. The first `initialized` bytes hold values. No method writes an uninitialised byte, not even
//!    after them, because the memory may be a part of a larger buffer that knows them to hold
//!    values.
//!
//! Safe methods keep both, whatever arguments they get. The callers of the `unsafe` methods have to
//! promise two more things of that kind.
//!
//! tokio: the same two numbers.

use std::fmt;
use std::mem::MaybeUninit;
use std::ptr;

/// A byte buffer that is filled from the front, over memory that need not be initialised.
///
/// Each `AsyncRead::poll_read` is given one. The safe way to fill it is
/// [`put_slice`](ReadBuf::put_slice), or writing into
/// [`initialize_unfilled`](ReadBuf::initialize_unfilled) and then [`advance`](ReadBuf::advance).
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
    buf: &'a mut [MaybeUninit<u8>],
    filled: usize,
    initialized: usize,
}

impl<'a> ReadBuf<'a> {
    /// A buffer over bytes that all have values, with nothing filled yet.
    pub fn new(buf: &'a mut [u8]) -> ReadBuf<'a> {
        let initialized = buf.len();
        // SAFETY: `MaybeUninit<u8>` has the layout of `u8`, and the pointer is a `&mut` for `'a`.
        // The bytes hold values, and still do when their owner gets them back (invariant 2).
        let buf = unsafe { &mut *(ptr::from_mut(buf) as *mut [MaybeUninit<u8>]) };
        ReadBuf { buf, filled: 0, initialized }
    }

    /// A buffer over memory that need not be initialised, with nothing filled yet.
    ///
    /// ```
    /// # use kettle::io::ReadBuf;
    /// let mut vec: Vec<u8> = Vec::with_capacity(8);
    /// let mut buf = ReadBuf::uninit(vec.spare_capacity_mut());
    /// assert!(buf.capacity() >= 8);
    /// assert_eq!(buf.initialized(), b"");
    /// buf.put_slice(b"hello");
    /// assert_eq!(buf.filled(), b"hello");
    /// ```
    pub fn uninit(buf: &'a mut [MaybeUninit<u8>]) -> ReadBuf<'a> {
        ReadBuf { buf, filled: 0, initialized: 0 }
    }

    /// How many bytes the buffer holds in all, filled or not.
    pub fn capacity(&self) -> usize {
        self.buf.len()
    }

    /// The filled part.
    #[inline]
    pub fn filled(&self) -> &[u8] {
        &self.initialized()[..self.filled]
    }

    /// The filled part, to be changed in place.
    pub fn filled_mut(&mut self) -> &mut [u8] {
        let filled = self.filled;
        &mut self.initialized_mut()[..filled]
    }

    /// A buffer over the first `n` unfilled bytes, or over all of them if there are fewer. It
    /// counts none of them as initialised.
    ///
    /// What is filled through it doesn't count as filled here until
    /// [`assume_init`](ReadBuf::assume_init), which is `unsafe`, and [`advance`](ReadBuf::advance).
    /// Safe code puts a `bytes::BufMut::limit` around the buffer instead.
    pub fn take(&mut self, n: usize) -> ReadBuf<'_> {
        let n = n.min(self.remaining());
        ReadBuf::uninit(&mut self.buf[self.filled..][..n])
    }

    /// The part that is known to hold values, which begins with the filled part.
    #[inline]
    pub fn initialized(&self) -> &[u8] {
        // SAFETY: the first `initialized` bytes hold values (invariant 2).
        unsafe { self.buf[..self.initialized].assume_init_ref() }
    }

    /// The part that is known to hold values, to be changed in place.
    #[inline]
    pub fn initialized_mut(&mut self) -> &mut [u8] {
        // SAFETY: the first `initialized` bytes hold values (invariant 2).
        unsafe { self.buf[..self.initialized].assume_init_mut() }
    }

    /// The whole memory, filled or not.
    ///
    /// # Safety
    ///
    /// The caller writes no uninitialised byte into it, not even where there may be one already.
    pub unsafe fn inner_mut(&mut self) -> &mut [MaybeUninit<u8>] {
        self.buf
    }

    /// The unfilled part as it is. After writing its first `n` bytes call
    /// [`assume_init`](ReadBuf::assume_init) and [`advance`](ReadBuf::advance), both with `n`.
    ///
    /// # Safety
    ///
    /// The caller writes no uninitialised byte into it, not even where there may be one already.
    pub unsafe fn unfilled_mut(&mut self) -> &mut [MaybeUninit<u8>] {
        &mut self.buf[self.filled..]
    }

    /// The whole unfilled part, to be written to; call [`advance`](ReadBuf::advance) afterwards.
    /// Zeroes what is not known to hold values, so the next call has nothing to zero.
    ///
    /// ```
    /// # use kettle::io::ReadBuf;
    /// let mut bytes = [0; 8];
    /// let mut buf = ReadBuf::new(&mut bytes);
    /// buf.initialize_unfilled()[0] = b'x';
    /// buf.advance(1);
    /// assert_eq!(buf.filled(), b"x");
    /// ```
    pub fn initialize_unfilled(&mut self) -> &mut [u8] {
        self.initialize_unfilled_to(self.remaining())
    }

    /// The first `n` bytes of the unfilled part, to be written to. Zeroes what is not known to hold
    /// values.
    ///
    /// # Panics
    ///
    /// If fewer than `n` bytes are left.
    #[inline]
    #[track_caller]
    pub fn initialize_unfilled_to(&mut self, n: usize) -> &mut [u8] {
        let (filled, known, remaining) = (self.filled, self.initialized, self.remaining());
        assert!(n <= remaining, "asked for {n} unfilled bytes, remaining() = {remaining}");
        let end = filled + n;
        if known < end {
            // Not `fill`, which in a debug build loops over each byte of the 64 KiB that a reader
            // offers. SAFETY: the pointer and the length are those of one slice, borrowed mutably.
            // Zeroes are values (invariant 2).
            unsafe { self.buf[known..end].as_mut_ptr().write_bytes(0, end - known) };
            self.initialized = end;
        }
        &mut self.initialized_mut()[filled..end]
    }

    /// How many bytes are unfilled.
    pub fn remaining(&self) -> usize {
        self.capacity() - self.filled
    }

    /// Forgets what is filled. The bytes stay as they are, and initialised.
    pub fn clear(&mut self) {
        self.filled = 0;
    }

    /// Counts the next `n` bytes as filled.
    ///
    /// # Panics
    ///
    /// If some of them are not known to hold values.
    #[inline]
    #[track_caller]
    pub fn advance(&mut self, n: usize) {
        self.set_filled(self.filled.checked_add(n).expect("filled + n overflows"));
    }

    /// Counts exactly the first `n` bytes as filled; `n` may be less than before.
    ///
    /// # Panics
    ///
    /// If some of them are not known to hold values.
    #[inline]
    #[track_caller]
    pub fn set_filled(&mut self, n: usize) {
        let initialized = self.initialized;
        assert!(n <= initialized, "{n} bytes can't be filled, initialized().len() = {initialized}");
        self.filled = n;
    }

    /// Counts the first `n` unfilled bytes as holding values, if that isn't known already.
    ///
    /// # Safety
    ///
    /// There are at least `n` unfilled bytes, and the first `n` of them have been written.
    pub unsafe fn assume_init(&mut self, n: usize) {
        debug_assert!(n <= self.remaining(), "{n} bytes, but remaining() = {}", self.remaining());
        self.initialized = self.initialized.max(self.filled + n);
    }

    /// Copies `bytes` after the filled part and counts them as filled.
    ///
    /// # Panics
    ///
    /// If `bytes` is longer than what remains.
    #[inline]
    #[track_caller]
    pub fn put_slice(&mut self, bytes: &[u8]) {
        let (n, remaining) = (bytes.len(), self.remaining());
        assert!(n <= remaining, "{n} bytes don't fit in, remaining() = {remaining}");
        self.buf[self.filled..][..n].write_copy_of_slice(bytes);
        self.filled += n;
        self.initialized = self.initialized.max(self.filled);
    }
}

// SAFETY: `chunk_mut` is the unfilled part, and `remaining_mut` is its length; both change only as
// `advance_mut` counts bytes as filled.
#[cfg(feature = "bytes")]
unsafe impl bytes::BufMut for ReadBuf<'_> {
    fn remaining_mut(&self) -> usize {
        self.remaining()
    }

    #[track_caller]
    unsafe fn advance_mut(&mut self, n: usize) {
        // SAFETY: the caller has written the first `n` bytes of `chunk_mut`.
        unsafe { self.assume_init(n) };
        self.advance(n);
    }

    fn chunk_mut(&mut self) -> &mut bytes::buf::UninitSlice {
        // Safe code cannot write an uninitialised byte through an `UninitSlice`.
        bytes::buf::UninitSlice::uninit(&mut self.buf[self.filled..])
    }
}

impl fmt::Debug for ReadBuf<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReadBuf")
            .field("filled", &self.filled)
            .field("initialized", &self.initialized)
            .field("capacity", &self.capacity())
            .finish()
    }
}
