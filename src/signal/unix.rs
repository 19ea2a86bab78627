//! How do several tasks on Unix wait for the same signal?
//!
//! [`signal`] installs the handler, which writes a byte into one end of a socket pair for each
//! signal. The other end is a source, which all listeners for that signal in the same runtime share
//! (`SignalSource`). The first listener to check takes all bytes and counts them as one signal; the
//! others see that the count has changed. If the socket is full, the handler can drop the byte,
//! because the bytes already in it will wake everyone.
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
//! Invariants: the bytes are taken and counted in one step, under a lock; then the other listeners
//! are woken, since the selector may have nothing left to report to them. The handler is removed
//! with its last listener, but the signal's default action, which often ends the process, isn't
//! restored: a program that has listened once has to handle the signal from then on.

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

use kettle_runtime::event::{Direction, StateLock, awaited, in_a_drop};
use kettle_runtime::{Call, Handle, Interest, RuntimeId, Source, WakerSlot, store_waker};
use signal_hook::SigId;
use signal_hook::consts::{self, FORBIDDEN};
use signal_hook::low_level::{pipe, unregister};
use slab::Slab;

/// A kind of signal, such as `SIGTERM`.
///
/// ```
/// use kettle::signal::unix::SignalKind;
///
/// assert_eq!(SignalKind::from_raw(15), SignalKind::terminate());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SignalKind(c_int);

/// Defines a constructor for each signal with a name.
macro_rules! kinds {
    ($($name:ident = $number:ident: $doc:literal;)*) => {
        impl SignalKind {
            /// Returns the signal with this number, even if the system has no such signal.
            pub const fn from_raw(signum: c_int) -> SignalKind {
                SignalKind(signum)
            }

            /// Returns the system's number for the signal.
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

/// A listener for one kind of signal, made by [`signal`].
#[must_use = "signals are missed once the listener is dropped"]
pub struct Signal {
    shared: Arc<SignalSource>,
    /// The latest count that the listener has seen.
    seen: u64,
    /// Its waker's key in `State::waiting`.
    key: usize,
    /// [`poll_recv`](Signal::poll_recv)'s wait.
    waits: Option<Waits>,
}

type Waits = Pin<Box<dyn Future<Output = io::Result<u64>> + Send + Sync>>;

/// Shared by all listeners for one signal in one runtime.
struct SignalSource {
    source: Source<SignalSocket>,
    kind: SignalKind,
    handler: SigId,
    state: StateLock<State>,
}

struct State {
    /// How many times bytes were found in the socket.
    count: u64,
    /// A slot for each listener.
    waiting: Slab<WakerSlot>,
}

/// All in the process, each with its runtime, and perhaps some that have been dropped. Only the one
/// that is wanted is upgraded under the lock: an `Arc` that is dropped may be the last, and drop
/// wakers.
static SOURCES: StateLock<Vec<(SignalKind, RuntimeId, Weak<SignalSource>)>> =
    StateLock::new(Vec::new());

/// The end of the socket pair that tasks read. Its own type names it in events.
struct SignalSocket(UnixStream);

impl AsRawFd for SignalSocket {
    fn as_raw_fd(&self) -> RawFd {
        self.0.as_raw_fd()
    }
}

/// Listens for a signal from now on.
///
/// Any number of listeners can listen for the same signal, and each of them gets it. The signal's
/// default action never happens again, not even after the last listener is dropped. The listeners
/// for a signal in one runtime share two descriptors.
///
/// # Errors
///
/// If the system doesn't have the signal, doesn't allow a handler for it (`SIGKILL`, `SIGSTOP`, …)
/// or has no descriptor left, or if the entered runtime has ended.
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
    let mut all = SOURCES.lock();
    all.retain(|(_, _, other)| other.strong_count() > 0);
    let mut fit = all.iter().filter(|other| (other.0, other.1) == (kind, runtime));
    if let Some(shared) = fit.find_map(|(_, _, source)| source.upgrade()) {
        drop(all); // wakers will be called
        return shared.listener();
    }
    let (receiver, sender) = UnixStream::pair()?;
    receiver.set_nonblocking(true)?;
    let source = Source::new(SignalSocket(receiver), Interest::READABLE)?;
    source.emit_new(None, None, |_| [kind.0.unsigned_abs(), 0]); // so the page can name the signal
    let handler = pipe::register(kind.0, sender)?;
    let state = StateLock::new(State { count: 0, waiting: Slab::new() });
    let shared = Arc::new(SignalSource { source, kind, handler, state });
    all.push((kind, runtime, Arc::downgrade(&shared)));
    drop(all);
    shared.listener()
}

impl Signal {
    /// Waits for the signal. Several signals since the last call count as one. `None` means that
    /// the listener's runtime has ended, so that no signal can arrive any more.
    ///
    /// # Cancel safety
    ///
    /// No signal is lost.
    #[track_caller]
    pub fn recv(&mut self) -> impl Future<Output = Option<()>> {
        crate::origin::located(async { self.next().await.ok() })
    }

    /// The same as `recv`, but the error says why no signal can arrive any more.
    pub(super) async fn next(&mut self) -> io::Result<()> {
        self.waits = None;
        self.seen = self.shared.changed(self.seen, self.key).await?;
        Ok(())
    }

    /// [`recv`](Signal::recv) for a hand-written future. After `Pending`, the signal wakes the
    /// waker of the latest poll.
    #[track_caller]
    pub fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<Option<()>> {
        let _line = awaited(None);
        self.poll_next(cx).map(Result::ok)
    }

    pub(crate) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let (shared, seen, key) = (&self.shared, self.seen, self.key);
        let waits = self.waits.get_or_insert_with(|| {
            let shared = shared.clone();
            Box::pin(async move { shared.changed(seen, key).await })
        });
        let count = ready!(waits.as_mut().poll(cx));
        self.waits = None;
        self.seen = count?;
        Poll::Ready(Ok(()))
    }
}

impl SignalSource {
    /// Makes a listener for signals from now on; earlier ones count only for the other listeners.
    fn listener(self: Arc<Self>) -> io::Result<Signal> {
        // Fails if the runtime has ended, which an old listener may have outlived.
        self.source.accepted(self.source.get_ref().as_raw_fd())?;
        let mut state = self.state.lock();
        let due = match self.take(&mut state) {
            Err(error) if error.kind() == ErrorKind::WouldBlock => Vec::new(),
            taken => taken?,
        };
        let (seen, key) = (state.count, state.waiting.insert(WakerSlot::EMPTY));
        drop(state);
        due.into_iter().for_each(Call::wake);
        Ok(Signal { shared: self, seen, key, waits: None })
    }

    /// Takes the bytes, which count as one signal. The caller calls the wakers without the lock.
    fn take(&self, state: &mut State) -> io::Result<Vec<Call>> {
        // There is a byte for each signal, but the number of bytes doesn't matter.
        (&self.source.get_ref().0).read(&mut [0; 1024]).map(|_bytes| {
            state.count += 1;
            state.waiting.iter_mut().filter_map(|(_, slot)| slot.take()).collect()
        })
    }

    /// Waits until the count differs from `seen`.
    async fn changed(&self, seen: u64, key: usize) -> io::Result<u64> {
        let look = |_: &SignalSocket| {
            let _own; // dropped when the lock is released
            let mut state = self.state.lock();
            _own = state.waiting[key].take();
            let due = match self.take(&mut state) {
                // Another listener may have taken the bytes.
                Err(error) if error.kind() == ErrorKind::WouldBlock && state.count != seen => {
                    Vec::new()
                }
                taken => taken?,
            };
            let count = state.count;
            drop(state);
            due.into_iter().for_each(Call::wake);
            Ok(count)
        };
        let mut changed = pin!(self.source.io(Direction::Read, look, |_| None));
        poll_fn(|cx| {
            if let Poll::Ready(count) = changed.as_mut().poll(cx) {
                return Poll::Ready(count);
            }
            // Another listener may have taken the bytes before this one started to wait.
            let stored = store_waker(cx, |clone| {
                let mut state = self.state.lock();
                let count = state.count;
                if count != seen {
                    return Some(Err(count));
                }
                state.waiting[key].store(cx, clone).map(Ok)
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
        let _slot = self.shared.state.lock().waiting.remove(self.key);
    }
}

impl Drop for SignalSource {
    fn drop(&mut self) {
        unregister(self.handler);
    }
}

impl UnwindSafe for Signal {}
impl RefUnwindSafe for Signal {}

impl fmt::Debug for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signal").field("kind", &self.shared.kind).finish_non_exhaustive()
    }
}
