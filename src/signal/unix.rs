//! Which signals can a task wait for on Unix, and how?
//!
//! [`signal`] installs the handler, which writes a byte into one end of a pair of sockets for each
//! signal that comes. The other end is the source that all listeners of the same signal in the same
//! runtime share (`Listened`). The first of them to look takes all bytes, and counts that as one
//! signal; the others find the count changed. If the socket is full, the handler drops the byte:
//! there are enough already.
//!
//! ```no_run
//! use kettle::signal::unix::{SignalKind, signal};
//!
//! # #[kettle::main]
//! # async fn main() -> std::io::Result<()> {
//! let mut hangups = signal(SignalKind::hangup())?;
//! while hangups.recv().await.is_some() {
//!     println!("reading the configuration again");
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Invariants: a byte is taken and counted in one step, under a lock, and then the other listeners
//! are woken, as the selector may then have nothing to report. The handler is removed with its last
//! listener, but the signal's default (often: end the process) doesn't come back. A program that
//! listened once has decided to deal with the signal itself.

use std::ffi::c_int;
use std::fmt;
use std::future::poll_fn;
use std::io::{self, ErrorKind, Read};
use std::os::fd::{AsRawFd, RawFd};
use std::os::unix::net::UnixStream;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::pin::{Pin, pin};
use std::sync::{Arc, Weak};
use std::task::{Context, Poll, ready};

use kettle_runtime::event::{Direction, awaited, in_a_drop};
use kettle_runtime::{Call, Handle, Interest, RuntimeId, Source, WakerSlot, store_waker};
use parking_lot::Mutex;
use signal_hook::SigId;
use signal_hook::consts::{self, FORBIDDEN};
use signal_hook::low_level::{pipe, unregister};
use slab::Slab;

/// Which signal.
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
            pub const fn from_raw(signum: c_int) -> SignalKind {
                SignalKind(signum)
            }

            /// The system's number.
            pub const fn as_raw_value(&self) -> c_int {
                self.0
            }

            $(
                #[doc = concat!("`", stringify!($number), "`: ", $doc)]
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
#[must_use = "signals are missed once the listener is dropped"]
pub struct Signal {
    listened: Arc<Listened>,
    /// The count that it knows of.
    seen: u64,
    /// Of its waker.
    key: usize,
    /// Of [`poll_recv`](Signal::poll_recv).
    waits: Option<Waits>,
}

type Waits = Pin<Box<dyn Future<Output = io::Result<u64>> + Send + Sync>>;

/// What all listeners for one signal in one runtime share.
struct Listened {
    source: Source<SignalSocket>,
    kind: SignalKind,
    runtime: RuntimeId,
    handler: SigId,
    known: Mutex<Known>,
}

struct Known {
    /// So many times the socket was found with bytes.
    count: u64,
    /// A slot for each listener.
    waiting: Slab<WakerSlot>,
}

/// Those of the whole process, and perhaps some that are over.
static LISTENED: Mutex<Vec<Weak<Listened>>> = Mutex::new(Vec::new());

/// The end of the pair that a task reads. A type of its own, so that events name it.
struct SignalSocket(UnixStream);

impl AsRawFd for SignalSocket {
    fn as_raw_fd(&self) -> RawFd {
        self.0.as_raw_fd()
    }
}

/// Listens for a signal from now on.
///
/// Any number of listeners may listen for the same signal; each gets it. The signal's default
/// doesn't happen any more, not even after the last listener is dropped. Those of one runtime share
/// two descriptors.
///
/// # Errors
///
/// If the system has no such signal, doesn't let it be handled (`SIGKILL`, `SIGSTOP`, …), or has no
/// descriptor left, or if the entered runtime has ended.
///
/// # Panics
///
/// If called outside a runtime.
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
    let runtime = Handle::current().id();
    let mut all = LISTENED.lock();
    all.retain(|other| other.strong_count() > 0);
    let fits = |other: &Arc<Listened>| other.kind == kind && other.runtime == runtime;
    if let Some(listened) = all.iter().filter_map(Weak::upgrade).find(fits) {
        drop(all); // wakers will be called
        return listened.listener();
    }
    let (ours, handlers) = UnixStream::pair()?;
    ours.set_nonblocking(true)?;
    let source = Source::new(SignalSocket(ours), Interest::READABLE)?;
    source.emit_new(None, None, |_| [kind.0.unsigned_abs(), 0]); // so the page can name the signal
    let handler = pipe::register(kind.0, handlers)?;
    let known = Mutex::new(Known { count: 0, waiting: Slab::new() });
    let listened = Arc::new(Listened { source, kind, runtime, handler, known });
    all.push(Arc::downgrade(&listened));
    drop(all);
    listened.listener()
}

impl Signal {
    /// Waits for the signal. Those that came since the last call count as one. `None` means that
    /// none can come any more: the listener's runtime has ended.
    ///
    /// # Cancel safety
    ///
    /// No signal is lost.
    #[track_caller]
    pub fn recv(&mut self) -> impl Future<Output = Option<()>> {
        crate::origin::located(async { self.come().await.ok() })
    }

    /// The same, and why none can come any more.
    pub(super) async fn come(&mut self) -> io::Result<()> {
        self.waits = None;
        self.seen = self.listened.comes(self.seen, self.key).await?;
        Ok(())
    }

    /// [`recv`](Signal::recv) for a future written by hand. On `Pending` the waker of the latest
    /// poll is called when the signal comes.
    #[track_caller]
    pub fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<Option<()>> {
        let _line = awaited(None);
        self.poll_come(cx).map(Result::ok)
    }

    pub(crate) fn poll_come(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let (listened, seen, key) = (&self.listened, self.seen, self.key);
        let waits = self.waits.get_or_insert_with(|| {
            let listened = listened.clone();
            Box::pin(async move { listened.comes(seen, key).await })
        });
        let come = ready!(waits.as_mut().poll(cx));
        self.waits = None;
        self.seen = come?;
        Poll::Ready(Ok(()))
    }
}

impl Listened {
    /// A listener for what comes from now on: what has come already is the others'.
    fn listener(self: Arc<Self>) -> io::Result<Signal> {
        // An old listener may live on after its runtime's end. No source can be made there, and so
        // no listener either.
        self.source.accepted(self.source.get_ref().as_raw_fd())?;
        let mut known = self.known.lock();
        let due = match self.take(&mut known) {
            Err(error) if error.kind() == ErrorKind::WouldBlock => Vec::new(),
            taken => taken?,
        };
        let (seen, key) = (known.count, known.waiting.insert(WakerSlot::EMPTY));
        drop(known);
        due.into_iter().for_each(Call::wake);
        Ok(Signal { listened: self, seen, key, waits: None })
    }

    /// Takes the bytes, counted as one signal. The wakers are to be called with no lock held.
    fn take(&self, known: &mut Known) -> io::Result<Vec<Call>> {
        // One byte for each signal: how many doesn't matter.
        (&self.source.get_ref().0).read(&mut [0; 1024]).map(|_bytes| {
            known.count += 1;
            known.waiting.iter_mut().filter_map(|(_, slot)| slot.take()).collect()
        })
    }

    /// Waits until the count is another than `seen`.
    async fn comes(&self, seen: u64, key: usize) -> io::Result<u64> {
        let look = |_: &SignalSocket| {
            let _own; // dropped when the lock is released
            let mut known = self.known.lock();
            _own = known.waiting[key].take();
            let due = match self.take(&mut known) {
                // Another listener may have taken them.
                Err(error) if error.kind() == ErrorKind::WouldBlock && known.count != seen => {
                    Vec::new()
                }
                taken => taken?,
            };
            let count = known.count;
            drop(known);
            due.into_iter().for_each(Call::wake);
            Ok(count)
        };
        let mut comes = pin!(self.source.io(Direction::Read, look, |_| None));
        poll_fn(|cx| {
            if let Poll::Ready(come) = comes.as_mut().poll(cx) {
                return Poll::Ready(come);
            }
            // Another one may have taken them, and waited again, before this one began to wait.
            let stored = store_waker(cx, |clone| {
                let mut known = self.known.lock();
                let count = known.count;
                if count != seen {
                    return Some(Err(count));
                }
                known.waiting[key].store(cx, clone).map(Ok)
            });
            stored.map_or_else(|count| Poll::Ready(Ok(count)), |_| Poll::Pending)
        })
        .await
    }
}

impl Drop for Signal {
    fn drop(&mut self) {
        let _line = in_a_drop();
        self.waits = None;
        let _slot = self.listened.known.lock().waiting.remove(self.key);
    }
}

impl Drop for Listened {
    fn drop(&mut self) {
        unregister(self.handler);
    }
}

impl UnwindSafe for Signal {}
impl RefUnwindSafe for Signal {}

impl fmt::Debug for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signal").field("kind", &self.listened.kind).finish_non_exhaustive()
    }
}
