//! How does a program use its standard streams without blocking the loop?
//!
//! Through the blocking pool (`blocking.rs`), the only way that works for files, pipes and
//! terminals alike. A read that has started can't be stopped: while it is waiting for a key,
//! dropping the runtime waits, too, whereas `shutdown_background` doesn't.
//!
//! Interface: [`stdin`], [`stdout`], [`stderr`] and their types.
//!
//! tokio: `io/{stdin,stdout,stderr}.rs`. On Windows it takes care not to split characters between
//! writes, which std's own streams do today.

use std::io;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::pin::Pin;

use super::blocking::Blocking;
use super::through::{read_through, write_through};
use super::{AsyncRead, AsyncWrite, impl_descriptor};

/// Makes a handle to the process's standard input.
///
/// Each handle has its own buffer, so make one and keep it.
///
/// It is meant for piped input. A read that is waiting for a terminal can't be cancelled, so the
/// runtime can't be dropped before a key is pressed. An interactive program should instead read on
/// a thread of its own and send the lines through a channel.
///
/// ```no_run
/// use kettle::io::{self, AsyncBufReadExt, BufReader};
///
/// # #[kettle::main] async fn main() -> io::Result<()> {
/// let mut lines = BufReader::new(io::stdin()).lines();
/// while let Some(line) = lines.next_line().await? {
///     println!("{line}");
/// }
/// # Ok(()) }
/// ```
pub fn stdin() -> Stdin {
    Stdin { inner: Blocking::new(io::stdin()) }
}

/// Makes a handle to the process's standard output.
///
/// A write returns when its bytes have been copied. The blocking pool writes them, even if the
/// runtime is shut down first; [`flush`](super::AsyncWriteExt::flush) waits and reports errors.
///
/// Each handle has its own buffer and doesn't know about the others, so writes to two of them can
/// appear in any order. Make one and keep it.
///
/// ```
/// use kettle::io::{self, AsyncWriteExt};
///
/// # #[kettle::main] async fn main() -> io::Result<()> {
/// let mut stdout = io::stdout();
/// for word in ["green ", "tea\n"] {
///     stdout.write_all(word.as_bytes()).await?;
/// }
/// stdout.flush().await?;
/// # Ok(()) }
/// ```
pub fn stdout() -> Stdout {
    Stdout { inner: Blocking::new(io::stdout()) }
}

/// Makes a handle to the process's standard error, which works like [`stdout`].
pub fn stderr() -> Stderr {
    Stderr { inner: Blocking::new(io::stderr()) }
}

/// A handle to the standard input. Made by [`stdin`].
///
/// # Cancel safety
///
/// A cancelled read doesn't lose data: the handle keeps the bytes that arrive for it.
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

// A running job and its handle share nothing that a panic could leave half done.
impl UnwindSafe for Stdin {}
impl UnwindSafe for Stdout {}
impl UnwindSafe for Stderr {}
impl RefUnwindSafe for Stdin {}
impl RefUnwindSafe for Stdout {}
impl RefUnwindSafe for Stderr {}

impl AsyncRead for Stdin {
    read_through!(self => Pin::new(&mut self.get_mut().inner));
}

impl AsyncWrite for Stdout {
    write_through!(self => Pin::new(&mut self.get_mut().inner), self.inner);
}

impl AsyncWrite for Stderr {
    write_through!(self => Pin::new(&mut self.get_mut().inner), self.inner);
}

impl_descriptor!(handle Stdin, self => self.inner.stream);
impl_descriptor!(handle Stdout, self => self.inner.stream);
impl_descriptor!(handle Stderr, self => self.inner.stream);
