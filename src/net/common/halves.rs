//! How can one task read from a connection while another writes to it?
//!
//! Split the connection into two halves, one for each direction. *Borrowed* halves cost nothing,
//! but both stay in one task, which uses them in a `join!` or `select!`. *Owned* halves share the
//! stream in an `Arc`, so they can be moved to different tasks; the connection is closed when both
//! are dropped. Dropping the owned half for writing shuts its direction down, so that the other
//! side reads the end of the stream.
//!
//! The macros: `half!`, `read_half!` and `write_half!` give a half, borrowed or owned, its methods;
//! `halves!` makes the five types of a stream.
//!
//! tokio: `net/tcp/split.rs`, `split_owned.rs` and files of the same names in `net/unix/`.

/// The methods of every half, whatever its direction. The half has a method `stream`.
macro_rules! half {
    ($stream:ident, $address:ty, $half:ty) => {
        impl $half {
            #[doc = concat!("[`", stringify!($stream), "::ready`], and as cancel safe.")]
            #[track_caller]
            pub fn ready(
                &self,
                interest: crate::io::Interest,
            ) -> impl Future<Output = std::io::Result<crate::io::Ready>> {
                self.stream().ready(interest)
            }

            /// Returns the peer's address.
            pub fn peer_addr(&self) -> std::io::Result<$address> {
                self.stream().peer_addr()
            }

            /// Returns the local address.
            pub fn local_addr(&self) -> std::io::Result<$address> {
                self.stream().local_addr()
            }
        }

        impl AsRef<$stream> for $half {
            fn as_ref(&self) -> &$stream {
                self.stream()
            }
        }
    };
}

/// The methods that only a reading half has.
macro_rules! read_half {
    ($stream:ident, $half:ty) => {
        impl $half {
            #[doc = concat!("[`", stringify!($stream), "::readable`], and as cancel safe.")]
            #[track_caller]
            pub fn readable(&self) -> impl Future<Output = std::io::Result<()>> {
                self.stream().readable()
            }

            #[doc = concat!("[`", stringify!($stream), "::try_read`].")]
            #[cfg_attr(debug_assertions, track_caller)]
            pub fn try_read(&self, buf: &mut [u8]) -> std::io::Result<usize> {
                kettle_runtime::event::done_here(|| self.stream().try_read(buf))
            }

            #[doc = concat!("[`", stringify!($stream), "::try_read_buf`].")]
            #[cfg(feature = "io-util")]
            #[cfg_attr(debug_assertions, track_caller)]
            pub fn try_read_buf<B: bytes::BufMut>(&self, buf: &mut B) -> std::io::Result<usize> {
                kettle_runtime::event::done_here(|| self.stream().try_read_buf(buf))
            }

            #[doc = concat!("[`", stringify!($stream), "::try_read_vectored`].")]
            #[cfg_attr(debug_assertions, track_caller)]
            pub fn try_read_vectored(
                &self,
                bufs: &mut [std::io::IoSliceMut<'_>],
            ) -> std::io::Result<usize> {
                kettle_runtime::event::done_here(|| self.stream().try_read_vectored(bufs))
            }
        }

        crate::net::common::async_read!($half, self => self.stream().io);
    };
}

/// The methods that only a writing half has. The half has a method `end_writing`.
macro_rules! write_half {
    ($stream:ident, $half:ty) => {
        impl $half {
            #[doc = concat!("[`", stringify!($stream), "::writable`], and as cancel safe.")]
            #[track_caller]
            pub fn writable(&self) -> impl Future<Output = std::io::Result<()>> {
                self.stream().writable()
            }

            #[doc = concat!("[`", stringify!($stream), "::try_write`].")]
            #[cfg_attr(debug_assertions, track_caller)]
            pub fn try_write(&self, buf: &[u8]) -> std::io::Result<usize> {
                kettle_runtime::event::done_here(|| self.stream().try_write(buf))
            }

            #[doc = concat!("[`", stringify!($stream), "::try_write_vectored`].")]
            #[cfg_attr(debug_assertions, track_caller)]
            pub fn try_write_vectored(
                &self,
                bufs: &[std::io::IoSlice<'_>],
            ) -> std::io::Result<usize> {
                kettle_runtime::event::done_here(|| self.stream().try_write_vectored(bufs))
            }
        }

        crate::net::common::async_write!($half, self => self.stream().io);
    };
}

/// `halves!(Stream, address)`: the types `ReadHalf`, `WriteHalf`, `OwnedReadHalf`, `OwnedWriteHalf`
/// and `ReuniteError` of a stream.
macro_rules! halves {
    ($stream:ident, $address:ty) => {
        #[doc = concat!("The reading half of a [`", stringify!($stream), "`] that is borrowed:")]
        #[doc = concat!("see [`", stringify!($stream), "::split`].")]
        #[derive(Debug)]
        pub struct ReadHalf<'a>(pub(super) &'a $stream);

        #[doc = concat!("The writing half of a [`", stringify!($stream), "`] that is borrowed:")]
        #[doc = concat!("see [`", stringify!($stream), "::split`].")]
        #[derive(Debug)]
        pub struct WriteHalf<'a>(pub(super) &'a $stream);

        #[doc = concat!("The reading half of a [`", stringify!($stream), "`] that a task can own:")]
        #[doc = concat!("see [`", stringify!($stream), "::into_split`].")]
        #[derive(Debug)]
        pub struct OwnedReadHalf {
            inner: std::sync::Arc<$stream>,
        }

        #[doc = concat!("The writing half of a [`", stringify!($stream), "`] that a task can own:")]
        #[doc = concat!("see [`", stringify!($stream), "::into_split`].")]
        /// Dropping it shuts down its direction.
        #[derive(Debug)]
        pub struct OwnedWriteHalf {
            inner: std::sync::Arc<$stream>,
            shutdown_on_drop: bool,
        }

        /// The error of `reunite`: the two halves, which come from different sockets.
        #[derive(Debug)]
        pub struct ReuniteError(pub OwnedReadHalf, pub OwnedWriteHalf);

        pub(super) fn into_split(stream: $stream) -> (OwnedReadHalf, OwnedWriteHalf) {
            let inner = std::sync::Arc::new(stream);
            let write = OwnedWriteHalf { inner: inner.clone(), shutdown_on_drop: true };
            (OwnedReadHalf { inner }, write)
        }

        fn reunite(read: OwnedReadHalf, write: OwnedWriteHalf) -> Result<$stream, ReuniteError> {
            if !std::sync::Arc::ptr_eq(&read.inner, &write.inner) {
                return Err(ReuniteError(read, write));
            }
            write.forget();
            // There are only ever two halves, and one has just been dropped.
            let stream = std::sync::Arc::into_inner(read.inner);
            Ok(stream.expect("the other half holds no stream any more"))
        }

        crate::net::common::half!($stream, $address, ReadHalf<'_>);
        crate::net::common::half!($stream, $address, WriteHalf<'_>);
        crate::net::common::half!($stream, $address, OwnedReadHalf);
        crate::net::common::half!($stream, $address, OwnedWriteHalf);
        crate::net::common::read_half!($stream, ReadHalf<'_>);
        crate::net::common::read_half!($stream, OwnedReadHalf);
        crate::net::common::write_half!($stream, WriteHalf<'_>);
        crate::net::common::write_half!($stream, OwnedWriteHalf);

        impl ReadHalf<'_> {
            fn stream(&self) -> &$stream {
                self.0
            }
        }

        impl WriteHalf<'_> {
            fn stream(&self) -> &$stream {
                self.0
            }

            fn end_writing(&mut self) -> std::io::Result<()> {
                self.0.end_writing()
            }
        }

        impl OwnedReadHalf {
            fn stream(&self) -> &$stream {
                &self.inner
            }

            /// Puts two halves of one stream together again.
            ///
            /// # Errors
            ///
            /// If they come from different streams; the error returns them.
            pub fn reunite(self, other: OwnedWriteHalf) -> Result<$stream, ReuniteError> {
                reunite(self, other)
            }
        }

        impl OwnedWriteHalf {
            fn stream(&self) -> &$stream {
                &self.inner
            }

            fn end_writing(&mut self) -> std::io::Result<()> {
                let result = self.inner.end_writing();
                if result.is_ok() {
                    self.shutdown_on_drop = false;
                }
                result
            }

            /// Puts two halves of one stream together again: see [`OwnedReadHalf::reunite`].
            pub fn reunite(self, other: OwnedReadHalf) -> Result<$stream, ReuniteError> {
                reunite(other, self)
            }

            /// Drops the half without shutting down its direction.
            pub fn forget(mut self) {
                self.shutdown_on_drop = false;
            }
        }

        impl Drop for OwnedWriteHalf {
            fn drop(&mut self) {
                let _line = kettle_runtime::event::in_a_drop();
                if self.shutdown_on_drop {
                    // A destructor can't return an error.
                    let _ = self.inner.end_writing();
                }
            }
        }

        impl std::fmt::Display for ReuniteError {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("these two halves are not from the same socket")
            }
        }

        impl std::error::Error for ReuniteError {}
    };
}

pub(in crate::net) use {half, halves, read_half, write_half};
