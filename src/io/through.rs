//! How does a stream forward the traits' methods to another stream?
//!
//! A macro for each trait writes all its methods, inside the `impl`. It gets the stream to forward
//! to, pinned: `read_through!(self => self.project().inner)`. [`inner!`] writes the methods that
//! return that stream.

macro_rules! read_through {
    ($this:ident => $pinned:expr) => {
        fn poll_read(
            $this: std::pin::Pin<&mut Self>,
            cx: &mut std::task::Context<'_>,
            buf: &mut $crate::io::ReadBuf<'_>,
        ) -> std::task::Poll<std::io::Result<()>> {
            $pinned.poll_read(cx, buf)
        }
    };
}

macro_rules! buf_read_through {
    ($this:ident => $pinned:expr) => {
        fn poll_fill_buf(
            $this: std::pin::Pin<&mut Self>,
            cx: &mut std::task::Context<'_>,
        ) -> std::task::Poll<std::io::Result<&[u8]>> {
            $pinned.poll_fill_buf(cx)
        }

        fn consume($this: std::pin::Pin<&mut Self>, amt: usize) {
            $pinned.consume(amt);
        }
    };
}

macro_rules! seek_through {
    ($this:ident => $pinned:expr) => {
        fn start_seek(
            $this: std::pin::Pin<&mut Self>,
            position: std::io::SeekFrom,
        ) -> std::io::Result<()> {
            $pinned.start_seek(position)
        }

        fn poll_complete(
            $this: std::pin::Pin<&mut Self>,
            cx: &mut std::task::Context<'_>,
        ) -> std::task::Poll<std::io::Result<u64>> {
            $pinned.poll_complete(cx)
        }
    };
}

/// One method gets the stream by `&`: `write_through!(self => self.project().inner, self.inner)`.
macro_rules! write_through {
    ($this:ident => $pinned:expr, $shared:expr) => {
        fn poll_write(
            $this: std::pin::Pin<&mut Self>,
            cx: &mut std::task::Context<'_>,
            buf: &[u8],
        ) -> std::task::Poll<std::io::Result<usize>> {
            $pinned.poll_write(cx, buf)
        }

        fn poll_flush(
            $this: std::pin::Pin<&mut Self>,
            cx: &mut std::task::Context<'_>,
        ) -> std::task::Poll<std::io::Result<()>> {
            $pinned.poll_flush(cx)
        }

        fn poll_shutdown(
            $this: std::pin::Pin<&mut Self>,
            cx: &mut std::task::Context<'_>,
        ) -> std::task::Poll<std::io::Result<()>> {
            $pinned.poll_shutdown(cx)
        }

        fn poll_write_vectored(
            $this: std::pin::Pin<&mut Self>,
            cx: &mut std::task::Context<'_>,
            bufs: &[std::io::IoSlice<'_>],
        ) -> std::task::Poll<std::io::Result<usize>> {
            $pinned.poll_write_vectored(cx, bufs)
        }

        fn is_write_vectored(&$this) -> bool {
            $shared.is_write_vectored()
        }
    };
}

/// For a wrapper's pinned field `inner`: what that is, what its use means, and what is lost.
#[cfg(feature = "io-util")]
macro_rules! inner {
    ($type:ty: $what:literal, $aside:literal, $lost:literal) => {
        #[doc = concat!("Returns the inner ", $what, ".")]
        pub fn get_ref(&self) -> &$type {
            &self.inner
        }

        #[doc = concat!("Returns the inner ", $what, " mutably. ", $aside)]
        pub fn get_mut(&mut self) -> &mut $type {
            &mut self.inner
        }

        #[doc = concat!("Returns the inner ", $what, " pinned. ", $aside)]
        pub fn get_pin_mut(self: std::pin::Pin<&mut Self>) -> std::pin::Pin<&mut $type> {
            self.project().inner
        }

        #[doc = concat!("Returns the inner ", $what, ".", $lost)]
        pub fn into_inner(self) -> $type {
            self.inner
        }
    };
}

#[cfg(feature = "io-util")]
pub(crate) use inner;
pub(crate) use {buf_read_through, read_through, seek_through, write_through};
