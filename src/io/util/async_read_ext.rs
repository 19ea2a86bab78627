//! What can a program ask of any reader?
//!
//! It can call the methods of [`AsyncReadExt`], which the blanket implementation at the end gives
//! to every [`AsyncRead`]. They only build futures, each defined in the file of the same name.

use bytes::BufMut;

use super::chain::Chain;
use super::read::Read;
use super::read_buf::ReadBuf;
use super::read_exact::ReadExact;
use super::read_number::ReadNumber;
use super::read_to_end::ReadToEnd;
use super::read_to_string::ReadToString;
use super::take::Take;
use crate::io::AsyncRead;

/// One method for each `name type bytes` that follows the three things that they share.
macro_rules! numbers {
    ($decode:ident of $encode:ident, $order:literal, $cancel:literal:
     $($name:ident $type:ident $bytes:literal),*) => { $(
        #[doc = concat!("Reads one `", stringify!($type), "`: ", $bytes, $order, ".")]
        ///
        /// # Errors
        ///
        /// As [`read_exact`](AsyncReadExt::read_exact).
        ///
        /// # Cancel safety
        ///
        #[doc = $cancel]
        ///
        /// ```
        /// use kettle::io::AsyncReadExt;
        ///
        /// # #[kettle::main]
        /// # async fn main() -> kettle::io::Result<()> {
        #[doc = concat!("let number = 42_", stringify!($type), ";")]
        #[doc = concat!("let mut reader: &[u8] = &number.", stringify!($encode), "();")]
        #[doc = concat!("assert_eq!(reader.", stringify!($name), "().await?, number);")]
        /// # Ok(())
        /// # }
        /// ```
        fn $name(&mut self) -> ReadNumber<&mut Self, $type, [u8; $bytes]>
        where
            Self: Unpin,
        {
            ReadNumber::new(self, $type::$decode)
        }
    )* };
}

/// What to await on a reader.
pub trait AsyncReadExt: AsyncRead {
    /// A reader that goes through this one to its end, and then through `next`.
    ///
    /// ```
    /// use kettle::io::AsyncReadExt;
    ///
    /// # #[kettle::main]
    /// # async fn main() -> kettle::io::Result<()> {
    /// let (first, second): (&[u8], &[u8]) = (b"tea ", b"time");
    /// let mut bytes = Vec::new();
    /// first.chain(second).read_to_end(&mut bytes).await?;
    /// assert_eq!(bytes, b"tea time");
    /// # Ok(())
    /// # }
    /// ```
    fn chain<R>(self, next: R) -> Chain<Self, R>
    where
        Self: Sized,
        R: AsyncRead,
    {
        Chain::new(self, next)
    }

    /// Reads some bytes into `buf` and says how many: at least one, unless the end of file is
    /// reached (or `buf` is empty), and not more than there are right now.
    ///
    /// One `read` is not one message: a stream may hand over what was written in one piece in
    /// several, and the other way round.
    ///
    /// # Errors
    ///
    /// Those of the reader, [`Interrupted`](std::io::ErrorKind::Interrupted) too. After an error
    /// nothing has been read.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: if the future is dropped before it is ready, for instance because another
    /// branch of `select!` was first, nothing has been read.
    ///
    /// ```
    /// use kettle::io::AsyncReadExt;
    ///
    /// # #[kettle::main]
    /// # async fn main() -> kettle::io::Result<()> {
    /// let mut reader: &[u8] = b"green tea";
    /// let mut buffer = [0; 5];
    /// assert_eq!(reader.read(&mut buffer).await?, 5);
    /// assert_eq!(reader.read(&mut buffer).await?, 4);
    /// assert_eq!(reader.read(&mut buffer).await?, 0); // the end
    /// # Ok(())
    /// # }
    /// ```
    fn read<'a>(&'a mut self, buf: &'a mut [u8]) -> Read<'a, Self>
    where
        Self: Unpin,
    {
        Read::new(self, buf)
    }

    /// Reads some bytes into the free room of `buf`, which then has so many more, and says how
    /// many: at least one, unless the end of file is reached or `buf` has no room.
    ///
    /// The trait `BufMut` is of the crate `bytes`. A `Vec<u8>` and a `BytesMut` grow when they are
    /// full, so 0 is the end of file there; a `&mut [u8]` becomes shorter from the front. The room
    /// is not zeroed first, as far as the reader can do without (a socket cannot).
    ///
    /// # Errors
    ///
    /// Those of the reader, [`Interrupted`](std::io::ErrorKind::Interrupted) too. After an error
    /// nothing has been read, and `buf` is as it was.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: if the future is dropped before it is ready, nothing has been read.
    ///
    /// ```
    /// use kettle::io::AsyncReadExt;
    ///
    /// # #[kettle::main]
    /// # async fn main() -> kettle::io::Result<()> {
    /// let mut reader: &[u8] = b"tea";
    /// let mut bytes = b"green ".to_vec();
    /// while reader.read_buf(&mut bytes).await? > 0 {}
    /// assert_eq!(bytes, b"green tea");
    /// # Ok(())
    /// # }
    /// ```
    fn read_buf<'a, B>(&'a mut self, buf: &'a mut B) -> ReadBuf<'a, Self, B>
    where
        Self: Unpin,
        B: BufMut + ?Sized,
    {
        ReadBuf::new(self, buf)
    }

    /// Reads until `buf` is full, and says how long that is. Not a byte more is taken from the
    /// reader, and an empty `buf` does not ask it at all.
    ///
    /// # Errors
    ///
    /// [`UnexpectedEof`](std::io::ErrorKind::UnexpectedEof) if the reader ends before; else those
    /// of the reader, except [`Interrupted`](std::io::ErrorKind::Interrupted), which is tried
    /// again. How much of `buf` is filled after an error is not said.
    ///
    /// # Cancel safety
    ///
    /// Not cancel safe: if the future is dropped before it is ready, some bytes may have been read
    /// into `buf`, and how many is lost.
    ///
    /// ```
    /// use kettle::io::{AsyncReadExt, ErrorKind};
    ///
    /// # #[kettle::main]
    /// # async fn main() -> kettle::io::Result<()> {
    /// let mut reader: &[u8] = b"green tea";
    /// let mut buffer = [0; 5];
    /// reader.read_exact(&mut buffer).await?;
    /// assert_eq!(&buffer, b"green");
    /// let error = reader.read_exact(&mut buffer).await.unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::UnexpectedEof);
    /// # Ok(())
    /// # }
    /// ```
    fn read_exact<'a>(&'a mut self, buf: &'a mut [u8]) -> ReadExact<'a, Self>
    where
        Self: Unpin,
    {
        ReadExact::new(self, buf)
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

    /// Reads to the end of file, adds all of it to `buf`, and says how many bytes came.
    ///
    /// The vector grows without limit. From a peer that you don't trust, read with
    /// [`take`](AsyncReadExt::take).
    ///
    /// # Errors
    ///
    /// Those of the reader, except [`Interrupted`](std::io::ErrorKind::Interrupted), which is tried
    /// again. What came before the error is in `buf`.
    ///
    /// # Cancel safety
    ///
    /// No byte is lost: if the future is dropped before it is ready, what has arrived is in `buf`,
    /// and a new `read_to_end` goes on after it. Only the count begins anew.
    ///
    /// ```
    /// use kettle::io::AsyncReadExt;
    ///
    /// # #[kettle::main]
    /// # async fn main() -> kettle::io::Result<()> {
    /// let mut reader: &[u8] = b" tea";
    /// let mut bytes = b"green".to_vec();
    /// assert_eq!(reader.read_to_end(&mut bytes).await?, 4);
    /// assert_eq!(bytes, b"green tea");
    /// # Ok(())
    /// # }
    /// ```
    fn read_to_end<'a>(&'a mut self, buf: &'a mut Vec<u8>) -> ReadToEnd<'a, Self>
    where
        Self: Unpin,
    {
        ReadToEnd::new(self, buf)
    }

    /// Reads to the end of file, adds all of it to `dst`, and says how many bytes came.
    ///
    /// The string grows without limit. From a peer that you don't trust, read with
    /// [`take`](AsyncReadExt::take).
    ///
    /// # Errors
    ///
    /// [`InvalidData`](std::io::ErrorKind::InvalidData) if what came is not UTF-8; else those of
    /// the reader, except [`Interrupted`](std::io::ErrorKind::Interrupted), which is tried again.
    /// After an error `dst` is what it was before, and what came is lost.
    ///
    /// # Cancel safety
    ///
    /// Not cancel safe: bytes that have been read are lost with the future. `dst` is what it was
    /// before (with tokio, it is empty).
    ///
    /// ```
    /// use kettle::io::{AsyncReadExt, ErrorKind};
    ///
    /// # #[kettle::main]
    /// # async fn main() -> kettle::io::Result<()> {
    /// let mut text = String::from("green");
    /// let mut reader: &[u8] = b" tea";
    /// assert_eq!(reader.read_to_string(&mut text).await?, 4);
    /// assert_eq!(text, "green tea");
    ///
    /// let mut no_text: &[u8] = &[0xff];
    /// let error = no_text.read_to_string(&mut text).await.unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::InvalidData);
    /// assert_eq!(text, "green tea");
    /// # Ok(())
    /// # }
    /// ```
    fn read_to_string<'a>(&'a mut self, dst: &'a mut String) -> ReadToString<'a, Self>
    where
        Self: Unpin,
    {
        ReadToString::new(self, dst)
    }

    /// A reader of the next `limit` bytes of this one: after them it says end of file.
    ///
    /// ```
    /// use kettle::io::AsyncReadExt;
    ///
    /// # #[kettle::main]
    /// # async fn main() -> kettle::io::Result<()> {
    /// let mut reader: &[u8] = b"green tea";
    /// let mut word = String::new();
    /// (&mut reader).take(5).read_to_string(&mut word).await?;
    /// assert_eq!(word, "green");
    /// assert_eq!(reader, b" tea");
    /// # Ok(())
    /// # }
    /// ```
    fn take(self, limit: u64) -> Take<Self>
    where
        Self: Sized,
    {
        Take::new(self, limit)
    }
}

impl<R: AsyncRead + ?Sized> AsyncReadExt for R {}
