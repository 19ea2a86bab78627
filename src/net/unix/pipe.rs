//! How are bytes sent through a pipe?
//!
//! In one direction, from a [`Sender`] to a [`Receiver`]. An anonymous pipe ([`pipe()`]) starts
//! with both ends in one program, which may hand one to a child process. A named pipe, or FIFO, is
//! a file that two programs open ([`OpenOptions`]).
//!
//! ```
//! use kettle::io::{AsyncReadExt, AsyncWriteExt};
//! use kettle::net::unix::pipe;
//!
//! # #[kettle::main] async fn main() -> std::io::Result<()> {
//! let (mut sender, mut receiver) = pipe::pipe()?;
//! sender.write_all(b"tea").await?;
//! assert_eq!(receiver.read_u8().await?, b't');
//! # Ok(()) }
//! ```
//!
//! Each end can be made from any pipe descriptor and turned back into one. Dropping the last sender
//! ends the stream, so the receiver reads 0 bytes. Writing after the last receiver was dropped
//! fails with `BrokenPipe`.
//!
//! Not here: reading and writing (`net/common/stream.rs`), opening by name (`pipe_open.rs`).
//!
//! tokio: `tokio::net::unix::pipe` is built on mio's pipes, ours on `std`'s.

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
use crate::io::{Interest, Ready, impl_descriptor};
use crate::net::common::{reads, writes};
use crate::origin::located;

#[path = "pipe_open.rs"]
mod open;
pub use open::OpenOptions;

/// Makes a pipe. Child processes don't inherit its ends.
///
/// # Panics
///
/// If called outside a runtime.
///
/// ```
/// use kettle::io::{AsyncReadExt, AsyncWriteExt};
/// use kettle::net::unix::pipe;
///
/// # #[kettle::main] async fn main() -> std::io::Result<()> {
/// let (mut sender, mut receiver) = pipe::pipe()?;
/// sender.write_all(b"hello").await?;
/// drop(sender);
///
/// let mut text = String::new();
/// receiver.read_to_string(&mut text).await?;
/// assert_eq!(text, "hello");
/// # Ok(()) }
/// ```
#[track_caller]
pub fn pipe() -> io::Result<(Sender, Receiver)> {
    let (reader, writer) = io::pipe()?;
    set_nonblocking(&reader, true)?;
    set_nonblocking(&writer, true)?;
    let mut sender = Sender::of(writer)?;
    let mut io = Evented::new_with(reader, Interest::READABLE, Some(sender.io.id()))?;
    sender.io.link_with(&mut io);
    Ok((sender, Receiver { io }))
}

/// The end of a pipe that is written to.
#[derive(Debug)]
pub struct Sender {
    pub(crate) io: Evented<PipeWriter>,
}

/// The end of a pipe that is read from.
#[derive(Debug)]
pub struct Receiver {
    pub(crate) io: Evented<PipeReader>,
}

writes!(Sender);
reads!(Receiver);

impl Sender {
    #[track_caller]
    pub(crate) fn of(io: PipeWriter) -> io::Result<Sender> {
        Ok(Sender { io: Evented::new(io, Interest::WRITABLE)? })
    }

    /// Does nothing, because the stream ends only when the sender is dropped.
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

    /// Makes a receiver that isn't assumed to be ready until the selector reports it. If no sender
    /// has opened the pipe yet, a read would see the end of the stream.
    #[track_caller]
    pub(crate) fn of(io: PipeReader) -> io::Result<Receiver> {
        match Source::joined(io, Interest::READABLE.reported()) {
            Ok(source) => Ok(Receiver { io: Evented::of(source) }),
            // The selector refuses a file on a disk, which can always be read.
            Err((io, error)) if error.kind() == io::ErrorKind::PermissionDenied => {
                Receiver::new(io)
            }
            Err((_, error)) => Err(error),
        }
    }
}

/// Both ends' methods, and their conversions from and to descriptors.
macro_rules! end {
    ($end:ident, $interest:ident, $access:ident, $modes:literal,
     $direction:ident: $wait:ident, $poll:ident, $what_ends_a_wait:literal) => {
        impl $end {
            #[doc = concat!("Waits until ", $what_ends_a_wait, " were dropped.")]
            ///
            /// # Cancel safety
            ///
            /// Nothing is lost if the future is dropped.
            #[track_caller]
            pub fn $wait(&self) -> impl Future<Output = io::Result<()>> {
                located(async { self.io.readiness(Interest::$interest).await.map(drop) })
            }

            #[doc = concat!("[`", stringify!($end), "::", stringify!($wait), "`] for hand-written")]
            /// futures. Only the latest caller is woken.
            #[track_caller]
            pub fn $poll(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
                let _line = awaited(None);
                self.io.poll_found(Direction::$direction, cx).map_ok(drop)
            }

            /// Waits until the pipe is ready for anything in `interest`, and returns
            /// what it is ready for.
            ///
            /// # Cancel safety
            ///
            /// Nothing is lost if the future is dropped.
            #[track_caller]
            pub fn ready(&self, interest: Interest) -> impl Future<Output = io::Result<Ready>> {
                located(self.io.readiness(interest))
            }

            /// Tries an operation of your own on the pipe, unless it is known not to be ready. `f`
            /// may return `WouldBlock` only if the pipe did.
            ///
            /// # Errors
            ///
            /// `WouldBlock` if the pipe isn't ready, or `f`'s error.
            #[cfg_attr(debug_assertions, track_caller)]
            pub fn try_io<R>(&self, f: impl FnOnce() -> io::Result<R>) -> io::Result<R> {
                done_here(|| self.io.try_if_ready(Interest::$interest, |_| f()))
            }

            #[doc = concat!("[`", stringify!($end), "::from_owned_fd`] of a file.")]
            #[track_caller]
            pub fn from_file(file: File) -> io::Result<$end> {
                check_pipe(&file)?;
                let flags = OFlag::from_bits_retain(fcntl(&file, FcntlArg::F_GETFL)?);
                let mode = flags & OFlag::O_ACCMODE;
                if mode != OFlag::$access && mode != OFlag::O_RDWR {
                    let text = concat!("this end of a pipe needs a file opened as ", $modes);
                    return Err(io::Error::new(io::ErrorKind::InvalidInput, text));
                }
                set_nonblocking(&file, true)?;
                $end::from_file_unchecked(file)
            }

            /// Makes an end of a pipe from a descriptor, after checking that it is a pipe and is
            /// open for this direction. Sets non-blocking mode.
            ///
            /// # Errors
            ///
            /// `InvalidInput` if it isn't a pipe, or is open only for the other direction.
            ///
            /// # Panics
            ///
            /// If called outside a runtime.
            #[track_caller]
            pub fn from_owned_fd(fd: OwnedFd) -> io::Result<$end> {
                $end::from_file(fd.into())
            }

            #[doc = concat!("[`", stringify!($end), "::from_owned_fd_unchecked`] of a file.")]
            #[track_caller]
            pub fn from_file_unchecked(file: File) -> io::Result<$end> {
                $end::from_owned_fd_unchecked(file.into())
            }

            /// Makes an end of a pipe from a descriptor without any checks. In blocking mode its
            /// operations would block the thread. If the selector refuses the file, the first
            /// operation that would block returns the error; tokio returns it here.
            ///
            /// # Panics
            ///
            /// If called outside a runtime.
            #[track_caller]
            pub fn from_owned_fd_unchecked(fd: OwnedFd) -> io::Result<$end> {
                let end = $end::of(fd.into())?;
                end.io.lend(); // it may have a duplicate
                Ok(end)
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

        impl_descriptor!(handle $end, self => self.io.lend());
    };
}

end! {
    Sender, WRITABLE, O_WRONLY, "`O_WRONLY` or `O_RDWR`", Write: writable, poll_write_ready,
    "writing may succeed: the pipe has room, or the receivers"
}
end! {
    Receiver, READABLE, O_RDONLY, "`O_RDONLY` or `O_RDWR`", Read: readable, poll_read_ready,
    "reading may succeed: there is data, or the senders"
}

fn check_pipe(file: &File) -> io::Result<()> {
    if file.metadata()?.file_type().is_fifo() {
        return Ok(());
    }
    Err(io::Error::new(io::ErrorKind::InvalidInput, "not a pipe"))
}

/// Uses socket2's function, which on Unix works with any descriptor.
pub(crate) fn set_nonblocking(fd: &impl AsFd, nonblocking: bool) -> io::Result<()> {
    SockRef::from(fd).set_nonblocking(nonblocking)
}
