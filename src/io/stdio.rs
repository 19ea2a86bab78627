//! How does a program read its standard input, and write its output, without blocking the loop?
//!
//! It uses the blocking pool (`blocking.rs`), the only way that works for files, pipes and
//! terminals alike. A read that has begun can't be stopped: while it waits for a key to be pressed,
//! dropping the runtime waits too, whereas `shutdown_background` doesn't.
//!
//! Interface: [`stdin`], [`stdout`], [`stderr`] and their types.
//!
//! tokio: `io/{stdin,stdout,stderr}.rs`. On Windows it writes whole characters only when it has to
//! write in pieces, which std's own streams do today.

use std::io;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::pin::Pin;
use std::task::{Context, Poll};

use super::async_write::write_through;
use super::blocking::Blocking;
use super::{AsyncRead, AsyncWrite, ReadBuf, lends_descriptor};

/// The standard input of the process.
///
/// Each call makes a handle with a buffer of its own: make one, and keep it.
///
/// This is for input that is piped in. A read that waits for a terminal can't be cancelled, so that
/// the runtime can't be dropped before a key is pressed. A program that talks with a person does
/// better to read on a thread of its own, and to send the lines through a channel.
///
/// ```no_run
/// use kettle::io::{self, AsyncBufReadExt, BufReader};
///
/// # #[kettle::main]
/// # async fn main() -> io::Result<()> {
/// let mut lines = BufReader::new(io::stdin()).lines();
/// while let Some(line) = lines.next_line().await? {
///     println!("{line}");
/// }
/// # Ok(())
/// # }
/// ```
pub fn stdin() -> Stdin {
    Stdin { inner: Blocking::new(io::stdin()) }
}

/// The standard output of the process.
///
/// A write returns when its bytes have been copied. They are written on the blocking pool, also if
/// the runtime is shut down before they were; [`flush`](super::AsyncWriteExt::flush) waits until
/// they are, and reports errors.
///
/// Each call makes a handle with a buffer of its own, and the handles don't know of each other:
/// what is written to two of them comes in any order. Make one, and keep it.
///
/// ```
/// use kettle::io::{self, AsyncWriteExt};
///
/// # #[kettle::main]
/// # async fn main() -> io::Result<()> {
/// let mut stdout = io::stdout();
/// for word in ["green ", "tea\n"] {
///     stdout.write_all(word.as_bytes()).await?;
/// }
/// stdout.flush().await?;
/// # Ok(())
/// # }
/// ```
pub fn stdout() -> Stdout {
    Stdout { inner: Blocking::new(io::stdout()) }
}

/// The standard error of the process. All that is said of [`stdout`] is true of it.
///
/// ```
/// use kettle::io::{self, AsyncWriteExt};
///
/// # #[kettle::main]
/// # async fn main() -> io::Result<()> {
/// let mut stderr = io::stderr();
/// stderr.write_all(b"the kettle is empty\n").await?;
/// stderr.flush().await?;
/// # Ok(())
/// # }
/// ```
pub fn stderr() -> Stderr {
    Stderr { inner: Blocking::new(io::stderr()) }
}

/// A handle to the standard input. Made by [`stdin`].
///
/// # Cancel safety
///
/// A read that is cancelled loses nothing: what arrives for it is kept in the handle.
#[derive(Debug)]
pub struct Stdin {
    inner: Blocking<io::Stdin>,
}

/// A handle to the standard output. Made by [`stdout`].
#[derive(Debug)]
pub struct Stdout {
    inner: Blocking<io::Stdout>,
}

/// A handle to the standard error. Made by [`stderr`].
#[derive(Debug)]
pub struct Stderr {
    inner: Blocking<io::Stderr>,
}

// The job that is under way shares nothing with the handle that a panic could leave half done.
impl UnwindSafe for Stdin {}
impl UnwindSafe for Stdout {}
impl UnwindSafe for Stderr {}
impl RefUnwindSafe for Stdin {}
impl RefUnwindSafe for Stdout {}
impl RefUnwindSafe for Stderr {}

impl AsyncRead for Stdin {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_read(cx, buf)
    }
}

impl AsyncWrite for Stdout {
    write_through!(self => Pin::new(&mut self.get_mut().inner), self.inner);
}

impl AsyncWrite for Stderr {
    write_through!(self => Pin::new(&mut self.get_mut().inner), self.inner);
}

lends_descriptor!(handle Stdin, self => self.inner.stream);
lends_descriptor!(handle Stdout, self => self.inner.stream);
lends_descriptor!(handle Stderr, self => self.inner.stream);
