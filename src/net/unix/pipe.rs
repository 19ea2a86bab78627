//! How do bytes travel through a pipe?
//!
//! In one direction, from a [`Sender`] to a [`Receiver`]. An anonymous pipe ([`pipe()`]) has both
//! ends in one program, which may hand one to a child process. A pipe with a name (a FIFO) is a
//! file that two programs open ([`OpenOptions`]).
//!
//! ```
//! use kettle::io::{AsyncReadExt, AsyncWriteExt};
//! use kettle::net::unix::pipe;
//!
//! # #[kettle::main]
//! # async fn main() -> std::io::Result<()> {
//! let (mut sender, mut receiver) = pipe::pipe()?;
//! sender.write_all(b"tea").await?;
//! assert_eq!(receiver.read_u8().await?, b't');
//! # Ok(())
//! # }
//! ```
//!
//! An end can be made of any descriptor of a pipe, and taken out again. Dropping the last sender
//! ends the stream: the receiver reads 0 bytes. Writing after the last receiver has gone is the
//! error `BrokenPipe`.
//!
//! Not here: what all streams do (`net/common/stream.rs`), opening by name (`pipe_open.rs`).
//!
//! tokio: `tokio::net::unix::pipe`; over mio's pipes, here over `std`'s.

use std::fs::File;
use std::io::{self, PipeReader, PipeWriter};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::FileTypeExt;
use std::task::{Context, Poll};

use kettle_runtime::Source;
use kettle_runtime::event::{Direction, awaited, done_here};
use nix::fcntl::{FcntlArg, OFlag, fcntl};
use socket2::SockRef;

use crate::io::evented::Evented;
use crate::io::{Interest, Ready, lends_descriptor};
use crate::net::common::{reads, writes};
use crate::origin::located;

#[path = "pipe_open.rs"]
mod open;
pub use open::OpenOptions;

/// Makes a pipe. Child processes don't inherit its ends.
///
/// # Panics
///
/// Outside of a runtime.
///
/// ```
/// use kettle::io::{AsyncReadExt, AsyncWriteExt};
/// use kettle::net::unix::pipe;
///
/// # #[kettle::main]
/// # async fn main() -> std::io::Result<()> {
/// let (mut sender, mut receiver) = pipe::pipe()?;
/// sender.write_all(b"hello").await?;
/// drop(sender);
///
/// let mut text = String::new();
/// receiver.read_to_string(&mut text).await?;
/// assert_eq!(text, "hello");
/// # Ok(())
/// # }
/// ```
#[track_caller]
pub fn pipe() -> io::Result<(Sender, Receiver)> {
    let (reader, writer) = io::pipe()?;
    set_nonblocking(&reader, true)?;
    set_nonblocking(&writer, true)?;
    let sender = Sender::of(writer)?;
    let io = Evented::new_with(reader, Interest::READABLE, Some(sender.io.id()))?;
    Ok((sender, Receiver { io }))
}

/// The end of a pipe that is written.
#[derive(Debug)]
pub struct Sender {
    pub(crate) io: Evented<PipeWriter>,
}

/// The end of a pipe that is read.
#[derive(Debug)]
pub struct Receiver {
    pub(crate) io: Evented<PipeReader>,
}

writes!(Sender);
reads!(Receiver);

impl Sender {
    #[track_caller]
    fn of(io: PipeWriter) -> io::Result<Sender> {
        Ok(Sender { io: Evented::new(io, Interest::WRITABLE)? })
    }

    /// Waits until the pipe may be written: there is room, or the receivers have gone.
    ///
    /// # Cancel safety
    ///
    /// Nothing is lost if the future is dropped.
    #[track_caller]
    pub fn writable(&self) -> impl Future<Output = io::Result<()>> {
        located(async { self.io.readiness(Interest::WRITABLE).await.map(drop) })
    }

    /// [`Sender::writable`] for hand-written futures. Only the newest caller is woken.
    #[track_caller]
    pub fn poll_write_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let _line = awaited(None);
        self.io.poll_found(Direction::Write, cx).map_ok(drop)
    }

    /// There is nothing to shut down: the stream ends when the sender is dropped.
    #[allow(clippy::unused_self, clippy::unnecessary_wraps)] // as the streams' own
    fn end_writing(&self) -> io::Result<()> {
        Ok(())
    }
}

impl Receiver {
    #[track_caller]
    fn new(io: PipeReader) -> io::Result<Receiver> {
        Ok(Receiver { io: Evented::new(io, Interest::READABLE)? })
    }

    /// Of a pipe that may have had no sender yet. Then a read would find the end: so it isn't
    /// believed ready before the selector reports it.
    #[track_caller]
    fn of(io: PipeReader) -> io::Result<Receiver> {
        match Source::joined(io, Interest::READABLE.reported()) {
            Ok(source) => Ok(Receiver { io: Evented::of(source) }),
            // The selector doesn't take a file on a disk, which can always be read.
            Err((io, error)) if error.kind() == io::ErrorKind::PermissionDenied => {
                Receiver::new(io)
            }
            Err((_, error)) => Err(error),
        }
    }

    /// Waits until the pipe may be read: there is data, or the senders have gone.
    ///
    /// # Cancel safety
    ///
    /// Nothing is lost if the future is dropped.
    #[track_caller]
    pub fn readable(&self) -> impl Future<Output = io::Result<()>> {
        located(async { self.io.readiness(Interest::READABLE).await.map(drop) })
    }

    /// [`Receiver::readable`] for hand-written futures. Only the newest caller is woken.
    #[track_caller]
    pub fn poll_read_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let _line = awaited(None);
        self.io.poll_found(Direction::Read, cx).map_ok(drop)
    }
}

/// What both ends do, and how they are made of a descriptor and become one again.
macro_rules! end {
    ($end:ident, $std:ty, $interest:ident, $access:ident, $modes:literal) => {
        impl $end {
            /// Waits until the pipe is believed ready for something of `interest`, and says for
            /// what.
            ///
            /// # Cancel safety
            ///
            /// Nothing is lost if the future is dropped.
            #[track_caller]
            pub fn ready(&self, interest: Interest) -> impl Future<Output = io::Result<Ready>> {
                located(self.io.readiness(interest))
            }

            /// Tries an operation of your own on the pipe, if it is believed ready. A `WouldBlock`
            /// of `f` must be the pipe's.
            ///
            /// # Errors
            ///
            /// `WouldBlock` if the pipe is not ready, or what `f` returned.
            #[cfg_attr(debug_assertions, track_caller)]
            pub fn try_io<R>(&self, f: impl FnOnce() -> io::Result<R>) -> io::Result<R> {
                done_here(|| self.io.try_if_ready(Interest::$interest, |_| f()))
            }

            #[doc = concat!("[`", stringify!($end), "::from_owned_fd`] of a file.")]
            #[track_caller]
            pub fn from_file(file: File) -> io::Result<$end> {
                must_be_a_pipe(&file)?;
                let flags = OFlag::from_bits_retain(fcntl(&file, FcntlArg::F_GETFL)?);
                let mode = flags & OFlag::O_ACCMODE;
                if mode != OFlag::$access && mode != OFlag::O_RDWR {
                    let text = concat!("not open for this end of a pipe: ", $modes, " is needed");
                    return Err(io::Error::new(io::ErrorKind::InvalidInput, text));
                }
                set_nonblocking(&file, true)?;
                $end::from_file_unchecked(file)
            }

            /// Makes an end of a pipe of a descriptor: asks whether it is one and open for this
            /// direction, and sets non-blocking mode.
            ///
            /// # Errors
            ///
            /// `InvalidInput` if it is not a pipe, or open for the other direction only.
            ///
            /// # Panics
            ///
            /// Outside of a runtime.
            #[track_caller]
            pub fn from_owned_fd(fd: OwnedFd) -> io::Result<$end> {
                $end::from_file(fd.into())
            }

            #[doc = concat!("[`", stringify!($end), "::from_owned_fd_unchecked`] of a file.")]
            #[track_caller]
            pub fn from_file_unchecked(file: File) -> io::Result<$end> {
                $end::from_owned_fd_unchecked(file.into())
            }

            /// Makes an end of a pipe of a descriptor, without asking. In blocking mode it would
            /// stop the thread. Of a file that the selector doesn't take, as one on a disk, the
            /// error comes with the first operation that would block (in tokio at once).
            ///
            /// # Panics
            ///
            /// Outside of a runtime.
            #[track_caller]
            pub fn from_owned_fd_unchecked(fd: OwnedFd) -> io::Result<$end> {
                $end::of(<$std>::from(fd))
            }

            /// Takes the end out of its runtime, in blocking mode.
            pub fn into_blocking_fd(self) -> io::Result<OwnedFd> {
                let fd = self.into_nonblocking_fd()?;
                set_nonblocking(&fd, false)?;
                Ok(fd)
            }

            /// Takes the end out of its runtime, still in non-blocking mode.
            pub fn into_nonblocking_fd(self) -> io::Result<OwnedFd> {
                Ok(self.io.into_inner()?.into())
            }
        }

        lends_descriptor!(handle $end, self => self.io.get_ref());
    };
}

end!(Sender, PipeWriter, WRITABLE, O_WRONLY, "`O_WRONLY` or `O_RDWR`");
end!(Receiver, PipeReader, READABLE, O_RDONLY, "`O_RDONLY` or `O_RDWR`");

fn must_be_a_pipe(file: &File) -> io::Result<()> {
    if file.metadata()?.file_type().is_fifo() {
        return Ok(());
    }
    Err(io::Error::new(io::ErrorKind::InvalidInput, "not a pipe"))
}

/// (On Unix it is a mode of any descriptor, not of sockets only.)
fn set_nonblocking(fd: &impl AsFd, nonblocking: bool) -> io::Result<()> {
    SockRef::from(fd).set_nonblocking(nonblocking)
}
