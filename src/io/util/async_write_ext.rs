//! What can a program await on any writer?
//!
//! The methods of [`AsyncWriteExt`], which the blanket implementation at the end gives to every
//! [`AsyncWrite`]. They only build futures, which `mod.rs` says where to find.

use std::io::IoSlice;

use bytes::Buf;

use super::number::WriteNumber;
use super::write::{Flush, Shutdown, Write, WriteVectored};
use super::write_all::WriteAll;
use super::write_buf::{WriteAllBuf, WriteBuf};
use crate::io::AsyncWrite;

/// Makes one method for each `name type bytes` after the three arguments that all methods share.
macro_rules! numbers {
    ($encode:ident, $order:literal, $cancel:literal:
     $($name:ident $type:ident $bytes:literal),*) => { $(
        #[doc = concat!("Writes one `", stringify!($type), "`: ", $bytes, $order, ".")]
        ///
        /// # Errors
        ///
        /// The same as for [`write_all`](AsyncWriteExt::write_all).
        ///
        /// # Cancel safety
        ///
        #[doc = $cancel]
        ///
        /// ```
        /// use kettle::io::AsyncWriteExt;
        ///
        /// # #[kettle::main] async fn main() -> kettle::io::Result<()> {
        #[doc = concat!("let number = 42_", stringify!($type), ";")]
        /// let mut writer = Vec::new();
        #[doc = concat!("writer.", stringify!($name), "(number).await?;")]
        #[doc = concat!("assert_eq!(writer, number.", stringify!($encode), "());")]
        /// # Ok(()) }
        /// ```
        fn $name(&mut self, n: $type) -> WriteNumber<&mut Self, [u8; $bytes]>
        where
            Self: Unpin,
        {
            WriteNumber::new(self, n.$encode())
        }
    )* };
}

/// A writer's async methods.
pub trait AsyncWriteExt: AsyncWrite {
    /// Writes as many bytes from the front of `src` as the writer takes in one call, and returns
    /// how many: at least one, unless the writer doesn't take any more or `src` is empty.
    ///
    /// # Errors
    ///
    /// The writer's errors, including [`Interrupted`](std::io::ErrorKind::Interrupted). No bytes
    /// have been written then.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: if the future is dropped before it is ready, for instance because another
    /// branch of `select!` has won, no bytes have been written.
    ///
    /// ```
    /// use kettle::io::AsyncWriteExt;
    /// use std::io::Cursor;
    ///
    /// # #[kettle::main] async fn main() -> kettle::io::Result<()> {
    /// let mut cup = [0; 5];
    /// let mut writer = Cursor::new(&mut cup[..]);
    /// assert_eq!(writer.write(b"green tea").await?, 5); // what fits in
    /// assert_eq!(writer.write(b" tea").await?, 0);
    /// assert_eq!(&cup, b"green");
    /// # Ok(()) }
    /// ```
    fn write<'a>(&'a mut self, src: &'a [u8]) -> Write<'a, Self>
    where
        Self: Unpin,
    {
        Write::new(self, src)
    }

    /// Like [`write`](AsyncWriteExt::write), and as cancel safe, but from several slices in one
    /// call, as if they were one.
    ///
    /// ```
    /// use kettle::io::AsyncWriteExt;
    /// use std::io::IoSlice;
    ///
    /// # #[kettle::main] async fn main() -> kettle::io::Result<()> {
    /// let mut writer = Vec::new();
    /// let slices = [IoSlice::new(b"green"), IoSlice::new(b" tea")];
    /// assert_eq!(writer.write_vectored(&slices).await?, 9);
    /// assert_eq!(writer, b"green tea");
    /// # Ok(()) }
    /// ```
    fn write_vectored<'a, 'b>(&'a mut self, bufs: &'a [IoSlice<'b>]) -> WriteVectored<'a, 'b, Self>
    where
        Self: Unpin,
    {
        WriteVectored::new(self, bufs)
    }

    /// Like [`write`](AsyncWriteExt::write), and as cancel safe, but from a `Buf` of the `bytes`
    /// crate, which advances past the written bytes. If the `Buf` has several pieces and the writer
    /// takes several slices, the writer is offered up to 64.
    ///
    /// ```
    /// use kettle::io::AsyncWriteExt;
    /// use std::io::Cursor;
    ///
    /// # #[kettle::main] async fn main() -> kettle::io::Result<()> {
    /// let mut cup = [0; 5];
    /// let mut words: &[u8] = b"green tea";
    /// assert_eq!(Cursor::new(&mut cup[..]).write_buf(&mut words).await?, 5);
    /// assert_eq!((&cup, words), (b"green", &b" tea"[..]));
    /// # Ok(()) }
    /// ```
    fn write_buf<'a, B>(&'a mut self, src: &'a mut B) -> WriteBuf<'a, Self, B>
    where
        Self: Sized + Unpin,
        B: Buf,
    {
        WriteBuf::new(self, src)
    }

    /// Writes all of `src`. If `src` is empty, the writer isn't polled at all.
    ///
    /// # Errors
    ///
    /// [`WriteZero`](std::io::ErrorKind::WriteZero) if the writer doesn't take any more bytes;
    /// otherwise the writer's errors, except [`Interrupted`](std::io::ErrorKind::Interrupted),
    /// which is retried. An error doesn't say how much has been written.
    ///
    /// # Cancel safety
    ///
    /// Not cancel safe: if the future is dropped before it is ready, a part of `src` may have been
    /// written, but its length is lost. Starting again would write that part twice.
    ///
    /// ```
    /// use kettle::io::{AsyncWriteExt, ErrorKind};
    /// use std::io::Cursor;
    ///
    /// # #[kettle::main] async fn main() -> kettle::io::Result<()> {
    /// let mut cup = [0; 5];
    /// let mut writer = Cursor::new(&mut cup[..]);
    /// let error = writer.write_all(b"green tea").await.unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::WriteZero);
    /// assert_eq!(&cup, b"green");
    /// # Ok(()) }
    /// ```
    fn write_all<'a>(&'a mut self, src: &'a [u8]) -> WriteAll<'a, Self>
    where
        Self: Unpin,
    {
        WriteAll::new(self, src)
    }

    /// Like [`write_all`](AsyncWriteExt::write_all), but from a `Buf` of the `bytes` crate, which
    /// is empty afterwards.
    ///
    /// # Errors
    ///
    /// The same as [`write_all`](AsyncWriteExt::write_all), but the buffer has advanced past the
    /// bytes that were written.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped before it is ready, the buffer has advanced past the part that was
    /// written, so another call with the same buffer continues there.
    ///
    /// ```
    /// use kettle::io::AsyncWriteExt;
    /// use std::io::Cursor;
    ///
    /// # #[kettle::main] async fn main() -> kettle::io::Result<()> {
    /// let mut writer = Vec::new();
    /// writer.write_all_buf(&mut Cursor::new("green tea")).await?;
    /// assert_eq!(writer, b"green tea");
    /// # Ok(()) }
    /// ```
    fn write_all_buf<'a, B>(&'a mut self, src: &'a mut B) -> WriteAllBuf<'a, Self, B>
    where
        Self: Sized + Unpin,
        B: Buf,
    {
        WriteAllBuf::new(self, src)
    }

    numbers! { to_be_bytes, " byte", "Cancel safe: of one byte there is no half.":
        write_u8 u8 1, write_i8 i8 1
    }
    numbers! { to_be_bytes, " bytes, big-endian (the most significant first)",
        "Not cancel safe: a part of the number may have been written.":
        write_u16 u16 2, write_u32 u32 4, write_u64 u64 8, write_u128 u128 16,
        write_i16 i16 2, write_i32 i32 4, write_i64 i64 8, write_i128 i128 16,
        write_f32 f32 4, write_f64 f64 8
    }
    numbers! { to_le_bytes, " bytes, little-endian (the least significant first)",
        "Not cancel safe: a part of the number may have been written.":
        write_u16_le u16 2, write_u32_le u32 4, write_u64_le u64 8, write_u128_le u128 16,
        write_i16_le i16 2, write_i32_le i32 4, write_i64_le i64 8, write_i128_le i128 16,
        write_f32_le f32 4, write_f64_le f64 8
    }

    /// Passes all written bytes on to their destination, out of the writer's own buffer if it has
    /// one. A socket has none, so for a socket this does nothing.
    ///
    /// # Errors
    ///
    /// The writer's errors.
    ///
    /// # Cancel safety
    ///
    /// As cancel safe as the writer: the next call flushes the bytes left in its buffer.
    ///
    /// ```
    /// use kettle::io::AsyncWriteExt;
    ///
    /// # #[kettle::main] async fn main() -> kettle::io::Result<()> {
    /// let mut writer = Vec::new();
    /// writer.write_all(b"tea").await?;
    /// writer.flush().await?;
    /// # Ok(()) }
    /// ```
    fn flush(&mut self) -> Flush<'_, Self>
    where
        Self: Unpin,
    {
        Flush::new(self)
    }

    /// Ends the stream properly: flushes it, and tells the other side that nothing more will come
    /// (over TCP with a FIN, which the peer reads as the end of file). Don't write afterwards.
    ///
    /// # Errors
    ///
    /// The writer's errors.
    ///
    /// # Cancel safety
    ///
    /// As cancel safe as the writer: another call continues where this one stopped.
    ///
    /// ```
    /// use kettle::io::AsyncWriteExt;
    ///
    /// # #[kettle::main] async fn main() -> kettle::io::Result<()> {
    /// let mut writer = Vec::new();
    /// writer.write_all(b"tea").await?;
    /// writer.shutdown().await?;
    /// # Ok(()) }
    /// ```
    fn shutdown(&mut self) -> Shutdown<'_, Self>
    where
        Self: Unpin,
    {
        Shutdown::new(self)
    }
}

impl<W: AsyncWrite + ?Sized> AsyncWriteExt for W {}
