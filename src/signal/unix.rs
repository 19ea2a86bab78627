//! Which signals can a task wait for on Unix, and how?
//!
//! [`signal`] installs the handler and makes a [`Signal`], one end of a pair of sockets. For each
//! signal the handler writes a byte into the other end; several that come before the task looks are
//! several bytes, which one `recv` takes together. If the socket is full, the handler drops the
//! byte: there are enough already.
//!
//! Invariant: the handler is removed with its listener, but the signal's default (often: end the
//! process) doesn't come back. A program that listened once has decided to deal with the signal
//! itself.

use std::ffi::c_int;
use std::fmt;
use std::future::poll_fn;
use std::io::{self, Read};
use std::os::fd::{AsRawFd, RawFd};
use std::os::unix::net::UnixStream;
use std::task::{Context, Poll};

use kettle_runtime::event::Direction;
use kettle_runtime::{Interest, Source};
use signal_hook::SigId;
use signal_hook::consts::{self, FORBIDDEN};
use signal_hook::low_level::{pipe, unregister};

/// Which signal.
///
/// tokio: `tokio::signal::unix::SignalKind`.
///
/// ```
/// use kettle::signal::unix::SignalKind;
///
/// assert_eq!(SignalKind::from_raw(15), SignalKind::terminate());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SignalKind(c_int);

/// A method for each signal with a name.
macro_rules! kinds {
    ($($name:ident = $number:ident: $doc:literal;)*) => {
        impl SignalKind {
            /// The signal of this number, which the system may not have.
            ///
            /// tokio: `tokio::signal::unix::SignalKind::from_raw`.
            pub const fn from_raw(signum: c_int) -> SignalKind {
                SignalKind(signum)
            }

            /// The system's number.
            ///
            /// tokio: `tokio::signal::unix::SignalKind::as_raw_value`.
            pub const fn as_raw_value(&self) -> c_int {
                self.0
            }

            $(
                #[doc = concat!("`", stringify!($number), "`: ", $doc)]
                ///
                #[doc = concat!("tokio: `tokio::signal::unix::SignalKind::", stringify!($name), "`.")]
                pub const fn $name() -> SignalKind {
                    SignalKind(consts::$number)
                }
            )*
        }
    };
}

kinds! {
    alarm = SIGALRM: "a timer of the system has run out.";
    child = SIGCHLD: "a child process has ended or was stopped. By default ignored.";
    hangup = SIGHUP: "the terminal is gone. Servers often read their settings again.";
    interrupt = SIGINT: "Ctrl-C.";
    io = SIGIO: "a descriptor is ready. By default ignored.";
    pipe = SIGPIPE: "the reader of a pipe is gone. Rust's programs ignore it.";
    quit = SIGQUIT: "Ctrl-\\\\.";
    terminate = SIGTERM: "the process is asked to end.";
    user_defined1 = SIGUSR1: "of the program's own meaning.";
    user_defined2 = SIGUSR2: "of the program's own meaning.";
    window_change = SIGWINCH: "the terminal has another size. By default ignored.";
}

impl From<c_int> for SignalKind {
    fn from(signum: c_int) -> SignalKind {
        SignalKind(signum)
    }
}

impl From<SignalKind> for c_int {
    fn from(kind: SignalKind) -> c_int {
        kind.0
    }
}

/// A listener for one signal. From [`signal`].
///
/// tokio: `tokio::signal::unix::Signal`.
#[must_use = "signals are missed once the listener is dropped"]
pub struct Signal {
    source: Source<Socket>,
    kind: SignalKind,
    handler: SigId,
}

/// The end of the pair that a task reads. A type of its own, so that events name it.
struct Socket(UnixStream);

impl AsRawFd for Socket {
    fn as_raw_fd(&self) -> RawFd {
        self.0.as_raw_fd()
    }
}

/// Listens for a signal from now on.
///
/// Any number of listeners may listen for the same signal; each gets it. The signal's default
/// doesn't happen any more, not even after the last listener is dropped. A listener has two
/// descriptors, so a thousand tasks are better told by one listener, through a channel.
///
/// # Errors
///
/// If the system has no such signal, doesn't let it be handled (`SIGKILL`, `SIGSTOP`, …), or has no
/// descriptor left.
///
/// # Panics
///
/// Outside of a runtime.
///
/// tokio: `tokio::signal::unix::signal`.
///
/// ```
/// use kettle::signal::unix::{SignalKind, signal};
///
/// # #[kettle::main]
/// # async fn main() -> std::io::Result<()> {
/// let mut hangup = signal(SignalKind::hangup())?;
/// kettle::select! {
///     _ = hangup.recv() => println!("read the settings again"),
///     () = std::future::ready(()) => println!("no signal yet"),
/// }
/// # Ok(())
/// # }
/// ```
#[track_caller]
pub fn signal(kind: SignalKind) -> io::Result<Signal> {
    if kind.0 <= 0 || FORBIDDEN.contains(&kind.0) {
        return Err(io::Error::other(format!("signal {} can't be handled", kind.0)));
    }
    let (ours, handlers) = UnixStream::pair()?;
    ours.set_nonblocking(true)?;
    let source = Source::new(Socket(ours), Interest::READABLE)?;
    let handler = pipe::register(kind.0, handlers)?;
    Ok(Signal { source, kind, handler })
}

impl Signal {
    /// Waits for the signal. Those that came since the last call count as one. `None` means that none
    /// can come any more: the listener's runtime has ended.
    ///
    /// # Cancel safety
    ///
    /// No signal is lost.
    ///
    /// tokio: `tokio::signal::unix::Signal::recv`.
    #[track_caller]
    pub fn recv(&mut self) -> impl Future<Output = Option<()>> {
        crate::origin::located(async { poll_fn(|cx| self.poll_recv(cx)).await })
    }

    /// [`recv`](Signal::recv) for a future written by hand. On `Pending` the waker of the latest
    /// poll is called when the signal comes.
    ///
    /// tokio: `tokio::signal::unix::Signal::poll_recv`.
    pub fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<Option<()>> {
        self.poll_come(cx).map(Result::ok)
    }

    /// The same, and why none can come any more.
    pub(super) async fn come(mut self) -> io::Result<()> {
        poll_fn(|cx| self.poll_come(cx)).await
    }

    pub(crate) fn poll_come(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let read = self.source.poll_io(Direction::Read, cx, |socket| {
            // One byte for each signal: how many doesn't matter.
            (&socket.0).read(&mut [0; 1024])
        });
        read.map_ok(drop)
    }
}

impl Drop for Signal {
    fn drop(&mut self) {
        unregister(self.handler);
    }
}

impl fmt::Debug for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signal").field("kind", &self.kind).finish_non_exhaustive()
    }
}
