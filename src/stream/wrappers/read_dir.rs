//! How are the entries of a folder a stream?
//!
//! tokio: `tokio_stream::wrappers::ReadDirStream`.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use crate::fs::{DirEntry, ReadDir};

/// The entries of a folder, in no certain order.
///
/// tokio: `tokio_stream::wrappers::ReadDirStream`.
///
/// ```
/// use kettle::stream::Stream;
/// use kettle::stream::wrappers::ReadDirStream;
/// use std::future::poll_fn;
/// use std::pin::Pin;
///
/// # #[kettle::main]
/// # async fn main() -> std::io::Result<()> {
/// let mut entries = ReadDirStream::new(kettle::fs::read_dir(".").await?);
/// while let Some(entry) = poll_fn(|cx| Pin::new(&mut entries).poll_next(cx)).await {
///     println!("{:?}", entry?.file_name());
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct ReadDirStream {
    inner: ReadDir,
}

impl ReadDirStream {
    /// Wraps it.
    ///
    /// tokio: `tokio_stream::wrappers::ReadDirStream::new`.
    pub fn new(read_dir: ReadDir) -> ReadDirStream {
        ReadDirStream { inner: read_dir }
    }

    /// What was wrapped.
    ///
    /// tokio: `tokio_stream::wrappers::ReadDirStream::into_inner`.
    pub fn into_inner(self) -> ReadDir {
        self.inner
    }
}

impl Stream for ReadDirStream {
    type Item = io::Result<DirEntry>;

    #[track_caller]
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.inner.poll_next_entry(cx).map(Result::transpose)
    }
}

impl AsRef<ReadDir> for ReadDirStream {
    fn as_ref(&self) -> &ReadDir {
        &self.inner
    }
}

impl AsMut<ReadDir> for ReadDirStream {
    fn as_mut(&mut self) -> &mut ReadDir {
        &mut self.inner
    }
}
