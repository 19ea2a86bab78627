//! What can a program await on any reader?
//!
//! The methods of [`AsyncReadExt`], which the blanket implementation at the end gives to every
//! [`AsyncRead`]. They only build futures, which `mod.rs` says where to find.

use bytes::BufMut;

use super::chain::Chain;
use super::number::ReadNumber;
use super::read::Read;
use super::read_buf::ReadBuf;
use super::read_exact::ReadExact;
use super::read_to_end::ReadToEnd;
use super::read_to_string::ReadToString;
use super::take::Take;
use crate::io::{self, AsyncRead};

/// Makes one method for each `name type bytes` after the three arguments that all methods share.
macro_rules! numbers {
    ($decode:ident of $encode:ident, $order:literal, $cancel:literal:
     $($name:ident $type:ident $bytes:literal),*) => { $(
        #[doc = concat!("Reads one `", stringify!($type), "`: ", $bytes, $order, ".")]
        ///
        /// # Errors
        ///
        /// The same as for [`read_exact`](AsyncReadExt::read_exact).
        ///
        /// # Cancel safety
        ///
        #[doc = $cancel]
        ///
        /// ```
        /// use kettle::io::AsyncReadExt;
        ///
        /// # #[kettle::main] async fn main() -> kettle::io::Result<()> {
        #[doc = concat!("let number = 42_", stringify!($type), ";")]
        #[doc = concat!("let mut reader: &[u8] = &number.", stringify!($encode), "();")]
        #[doc = concat!("assert_eq!(reader.", stringify!($name), "().await?, number);")]
        /// # Ok(()) }
        /// ```
        fn $name(&mut self) -> ReadNumber<&mut Self, $type, [u8; $bytes]>
        where
            Self: Unpin,
        {
            ReadNumber::new(self, [0; $bytes], $type::$decode)
        }
    )* };
}

/// A reader's async methods.
pub trait AsyncReadExt: AsyncRead {
    /// Returns a reader that reads this one to its end, and then `next`.
    ///
    /// ```
    /// use kettle::io::AsyncReadExt;
    ///
    /// # #[kettle::main] async fn main() -> kettle::io::Result<()> {
    /// let (first, second): (&[u8], &[u8]) = (b"tea ", b"time");
    /// let mut bytes = Vec::new();
    /// first.chain(second).read_to_end(&mut bytes).await?;
    /// assert_eq!(bytes, b"tea time");
    /// # Ok(()) }
    /// ```
    fn chain<R>(self, next: R) -> Chain<Self, R>
    where
        Self: Sized,
        R: AsyncRead,
    {
        Chain::new(self, next)
    }

    /// Reads some bytes into `buf` and returns how many: at least one, except at the end of file or
    /// if `buf` is empty, and no more than have arrived.
    ///
    /// One `read` isn't one message: a stream may deliver one write in several reads, or several
    /// writes in one read.
    ///
    /// # Errors
    ///
    /// The reader's errors, including [`Interrupted`](std::io::ErrorKind::Interrupted). No bytes
    /// have been read then.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: if the future is dropped before it is ready, for instance because another
    /// branch of `select!` has won, no bytes have been read.
    ///
    /// ```
    /// use kettle::io::AsyncReadExt;
    ///
    /// # #[kettle::main] async fn main() -> kettle::io::Result<()> {
    /// let mut reader: &[u8] = b"green tea";
    /// let mut buffer = [0; 5];
    /// assert_eq!(reader.read(&mut buffer).await?, 5);
    /// assert_eq!(reader.read(&mut buffer).await?, 4);
    /// assert_eq!(reader.read(&mut buffer).await?, 0); // the end
    /// # Ok(()) }
    /// ```
    fn read<'a>(&'a mut self, buf: &'a mut [u8]) -> Read<'a, Self>
    where
        Self: Unpin,
    {
        Read::new(self, buf)
    }

    /// Reads some bytes into `buf`'s free room and returns how many, by which `buf` grows: at least
    /// one, except at the end of file or if `buf` has no room.
    ///
    /// The trait `BufMut` comes from the `bytes` crate. A `Vec<u8>` and a `BytesMut` grow when they
    /// are full, so for them 0 means the end of file; a `&mut [u8]` becomes shorter from the front.
    /// The room isn't zeroed first unless the reader needs that, as a socket does.
    ///
    /// # Errors
    ///
    /// The reader's errors, including [`Interrupted`](std::io::ErrorKind::Interrupted). No bytes
    /// have been read then, and `buf` is unchanged.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: if the future is dropped before it is ready, no bytes have been read.
    ///
    /// ```
    /// use kettle::io::AsyncReadExt;
    ///
    /// # #[kettle::main] async fn main() -> kettle::io::Result<()> {
    /// let mut reader: &[u8] = b"tea";
    /// let mut bytes = b"green ".to_vec();
    /// while reader.read_buf(&mut bytes).await? > 0 {}
    /// assert_eq!(bytes, b"green tea");
    /// # Ok(()) }
    /// ```
    fn read_buf<'a, B>(&'a mut self, buf: &'a mut B) -> ReadBuf<'a, Self, B>
    where
        Self: Unpin,
        B: BufMut + ?Sized,
    {
        ReadBuf::new(self, buf)
    }

    /// Reads until `buf` is full, and returns its length. Doesn't read any further, and doesn't
    /// poll the reader at all if `buf` is empty.
    ///
    /// # Errors
    ///
    /// [`UnexpectedEof`](std::io::ErrorKind::UnexpectedEof) if the reader ends too early; otherwise
    /// the reader's errors, except [`Interrupted`](std::io::ErrorKind::Interrupted), which is
    /// retried. An error doesn't say how much of `buf` is filled.
    ///
    /// # Cancel safety
    ///
    /// Not cancel safe: if the future is dropped before it is ready, some bytes may have been read
    /// into `buf`, but their number is lost.
    ///
    /// ```
    /// use kettle::io::{AsyncReadExt, ErrorKind};
    ///
    /// # #[kettle::main] async fn main() -> kettle::io::Result<()> {
    /// let mut reader: &[u8] = b"green tea";
    /// let mut buffer = [0; 5];
    /// reader.read_exact(&mut buffer).await?;
    /// assert_eq!(&buffer, b"green");
    /// let error = reader.read_exact(&mut buffer).await.unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::UnexpectedEof);
    /// # Ok(()) }
    /// ```
    fn read_exact<'a>(&'a mut self, buf: &'a mut [u8]) -> ReadExact<'a, Self>
    where
        Self: Unpin,
    {
        ReadExact::new(self, io::ReadBuf::new(buf))
    }

    numbers! { from_be_bytes of to_be_bytes, " byte", "Cancel safe: of one byte there is no half.":
        read_u8 u8 1, read_i8 i8 1
    }
    numbers! { from_be_bytes of to_be_bytes, " bytes, big-endian (the most significant first)",
        "Not cancel safe: bytes that have been read are lost with the future.":
        read_u16 u16 2, read_u32 u32 4, read_u64 u64 8, read_u128 u128 16,
        read_i16 i16 2, read_i32 i32 4, read_i64 i64 8, read_i128 i128 16,
        read_f32 f32 4, read_f64 f64 8
    }
    numbers! { from_le_bytes of to_le_bytes, " bytes, little-endian (the least significant first)",
        "Not cancel safe: bytes that have been read are lost with the future.":
        read_u16_le u16 2, read_u32_le u32 4, read_u64_le u64 8, read_u128_le u128 16,
        read_i16_le i16 2, read_i32_le i32 4, read_i64_le i64 8, read_i128_le i128 16,
        read_f32_le f32 4, read_f64_le f64 8
    }

    /// Reads to the end of file, appends all bytes to `buf`, and returns their number.
    ///
    /// The vector grows without limit, so if you don't trust the peer, limit the reader with
    /// [`take`](AsyncReadExt::take).
    ///
    /// # Errors
    ///
    /// The reader's errors, except [`Interrupted`](std::io::ErrorKind::Interrupted), which is
    /// retried. Bytes read before the error are in `buf`.
    ///
    /// # Cancel safety
    ///
    /// No byte is lost: if the future is dropped before it is ready, the bytes read so far are in
    /// `buf`, and a new `read_to_end` continues after them. Only the count starts again.
    ///
    /// ```
    /// use kettle::io::AsyncReadExt;
    ///
    /// # #[kettle::main] async fn main() -> kettle::io::Result<()> {
    /// let mut reader: &[u8] = b" tea";
    /// let mut bytes = b"green".to_vec();
    /// assert_eq!(reader.read_to_end(&mut bytes).await?, 4);
    /// assert_eq!(bytes, b"green tea");
    /// # Ok(()) }
    /// ```
    fn read_to_end<'a>(&'a mut self, buf: &'a mut Vec<u8>) -> ReadToEnd<'a, Self>
    where
        Self: Unpin,
    {
        ReadToEnd::new(self, buf)
    }

    /// Reads to the end of file, appends the text to `dst`, and returns the number of bytes.
    ///
    /// The string grows without limit, so if you don't trust the peer, limit the reader with
    /// [`take`](AsyncReadExt::take).
    ///
    /// # Errors
    ///
    /// [`InvalidData`](std::io::ErrorKind::InvalidData) if the bytes aren't UTF-8; otherwise the
    /// reader's errors, except [`Interrupted`](std::io::ErrorKind::Interrupted), which is retried.
    /// After an error `dst` is unchanged, and the bytes are lost.
    ///
    /// # Cancel safety
    ///
    /// Not cancel safe: bytes that have been read are lost with the future. `dst` is unchanged,
    /// whereas tokio leaves it empty.
    ///
    /// ```
    /// use kettle::io::{AsyncReadExt, ErrorKind};
    ///
    /// # #[kettle::main] async fn main() -> kettle::io::Result<()> {
    /// let mut text = String::from("green");
    /// let mut reader: &[u8] = b" tea";
    /// assert_eq!(reader.read_to_string(&mut text).await?, 4);
    /// assert_eq!(text, "green tea");
    ///
    /// let mut no_text: &[u8] = &[0xff];
    /// let error = no_text.read_to_string(&mut text).await.unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::InvalidData);
    /// assert_eq!(text, "green tea");
    /// # Ok(()) }
    /// ```
    fn read_to_string<'a>(&'a mut self, dst: &'a mut String) -> ReadToString<'a, Self>
    where
        Self: Unpin,
    {
        ReadToString::new(self, dst)
    }

    /// Returns a reader that reads this one's next `limit` bytes and then reports the end of file.
    ///
    /// ```
    /// use kettle::io::AsyncReadExt;
    ///
    /// # #[kettle::main] async fn main() -> kettle::io::Result<()> {
    /// let mut reader: &[u8] = b"green tea";
    /// let mut word = String::new();
    /// (&mut reader).take(5).read_to_string(&mut word).await?;
    /// assert_eq!(word, "green");
    /// assert_eq!(reader, b" tea");
    /// # Ok(()) }
    /// ```
    fn take(self, limit: u64) -> Take<Self>
    where
        Self: Sized,
    {
        Take::new(self, limit)
    }
}

impl<R: AsyncRead + ?Sized> AsyncReadExt for R {}
