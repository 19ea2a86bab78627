//! How do several tasks on Unix wait for the same signal?
//!
//! [`signal`] installs the handler, which writes a byte into one end of a socket pair for each
//! signal. The other end is a source, which all listeners for that signal in the same runtime share
//! (`SignalSource`). The source stores a waker of its own. When the loop calls it after a report,
//! it takes all bytes, counts them as one signal, wakes the listeners, which see that the count has
//! changed, and stores itself again. If the socket is full, the handler can drop the byte, because
//! the bytes already in it will be reported.
//!
//! ```no_run
//! use kettle::signal::unix::{SignalKind, signal};
//!
//! # #[kettle::main] async fn main() -> std::io::Result<()> {
//! let mut hangups = signal(SignalKind::hangup())?;
//! while hangups.recv().await.is_some() {
//!     println!("reading the configuration again");
//! }
//! # Ok(()) }
//! ```
//!
//! Invariants: the source lives as long as its runtime, because its stored waker owns it. So a
//! signal isn't lost while no listener is there, as when a handler blocks the thread between two
//! calls of `ctrl_c`: the loop counts it in its next turn, for a listener made meanwhile, too. The
//! runtime's end calls the waker once more, and drops it. With the last owner the handler is
//! removed, but the signal's default action, which often ends the process, isn't restored: a
//! program that has listened once has to handle the signal from then on.

use std::collections::BTreeMap;
use std::ffi::c_int;
use std::fmt;
use std::future::poll_fn;
use std::io::{self, ErrorKind, Read};
use std::mem;
use std::os::fd::{AsRawFd, RawFd};
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Weak};
use std::task::{Context, Poll, Wake, Waker, ready};

use kettle_runtime::event::{
    Direction, Resource, StateLock, Wait, awaited, in_a_drop, run_as, unrecorded,
};
use kettle_runtime::{
    Call, Handle, Interest, RUNTIME_IS_GONE, RuntimeId, Source, WakerSlot, budget, store_waker,
};
use signal_hook::SigId;
use signal_hook::consts::{self, FORBIDDEN};
use signal_hook::low_level::{pipe, unregister};

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
    key: u64,
    /// [`poll_recv`](Signal::poll_recv)'s wait.
    wait: Wait,
}

/// Shared by all listeners for one signal in one runtime.
struct SignalSource {
    source: Source<SignalSocket>,
    kind: SignalKind,
    handler: SigId,
    state: StateLock<State>,
}

#[derive(Default)]
struct State {
    /// How many times bytes were found in the socket.
    count: u64,
    /// The runtime has ended.
    ended: bool,
    /// A slot for each listener. Unlike a slab, a map gives back its room.
    waiting: BTreeMap<u64, WakerSlot>,
    /// The key of the next listener.
    next_key: u64,
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

/// Listens for a signal from now on. If it has been listened for in this runtime before, a signal
/// that the loop hasn't counted yet, because the thread was blocked, comes from now on, too.
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
/// # #[kettle::main] async fn main() -> std::io::Result<()> {
/// let mut hangup = signal(SignalKind::hangup())?;
/// kettle::select! {
///     _ = hangup.recv() => println!("read the settings again"),
///     () = std::future::ready(()) => println!("no signal yet"),
/// }
/// # Ok(()) }
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
        drop(all);
        return shared.listener();
    }
    let (receiver, sender) = UnixStream::pair()?;
    receiver.set_nonblocking(true)?;
    let source = Source::new(SignalSocket(receiver), Interest::READABLE)?;
    source.emit_new(None, None, |_| [kind.0.unsigned_abs(), 0]); // so the page can name the signal
    #[cfg(feature = "trace")]
    if kind == SignalKind::quit() {
        kettle_trace::doctor::quit::leave();
    }
    let handler = pipe::register(kind.0, sender)?;
    let shared =
        Arc::new(SignalSource { source, kind, handler, state: StateLock::new(State::default()) });
    all.push((kind, runtime, Arc::downgrade(&shared)));
    drop(all);
    shared.listen().inspect_err(|_| shared.end())?;
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
    pub(super) fn next(&mut self) -> impl Future<Output = io::Result<()>> {
        let mut wait = Wait::NONE;
        poll_fn(move |cx| self.poll_count(&mut wait, cx))
    }

    /// [`recv`](Signal::recv) for a hand-written future. After `Pending`, the signal wakes the
    /// waker of the latest poll.
    #[track_caller]
    pub fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<Option<()>> {
        let _line = awaited(None);
        self.poll_next(cx).map(Result::ok)
    }

    pub(crate) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut wait = mem::take(&mut self.wait);
        let polled = self.poll_count(&mut wait, cx);
        self.wait = wait;
        polled
    }

    /// The task that called `poll_next` waits no more.
    #[cfg(feature = "process")]
    pub(crate) fn give_up(&mut self) {
        self.wait = Wait::NONE;
    }

    /// Waits until the count differs from the one that was seen.
    fn poll_count(&mut self, wait: &mut Wait, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let permit = ready!(budget::poll_proceed(cx));
        let polled = store_waker(cx, |clone| {
            let mut state = self.shared.state.lock();
            if state.ended || state.count != self.seen {
                wait.got();
                return Some(Err(state.count));
            }
            let slot = state.waiting.entry(self.key).or_default();
            let old = slot.store(cx, clone)?;
            let on = || Resource::Source(self.shared.source.id(), Direction::Read);
            slot.stored_for(wait.pending(None, on));
            Some(Ok(old))
        });
        let Err(count) = polled else { return Poll::Pending };
        permit.made_progress();
        if mem::replace(&mut self.seen, count) == count {
            return Poll::Ready(Err(io::Error::other(RUNTIME_IS_GONE)));
        }
        Poll::Ready(Ok(()))
    }
}

/// The loop calls it after each report, and when the runtime ends.
impl Wake for SignalSource {
    fn wake(self: Arc<Self>) {
        if self.listen().is_err() {
            self.end();
        }
    }
}

impl SignalSource {
    /// Makes a listener for signals from now on; those counted so far are only for others.
    fn listener(self: Arc<Self>) -> io::Result<Signal> {
        let mut state = self.state.lock();
        if state.ended {
            return Err(io::Error::other(RUNTIME_IS_GONE));
        }
        let (seen, key) = (state.count, state.next_key);
        state.next_key += 1;
        drop(state);
        Ok(Signal { shared: self, seen, key, wait: Wait::NONE })
    }

    /// Counts the signals that have come, and stores the source's own waker for the next report.
    /// That is no task's wait: with it alone, nothing will wake a program that hangs.
    fn listen(self: &Arc<Self>) -> io::Result<()> {
        let _no_task = run_as(None);
        let waker = Waker::from(self.clone());
        let mut cx = Context::from_waker(&waker);
        let mut wait = || {
            let _unrecorded = unrecorded();
            budget::with_unconstrained(|| self.source.poll_ready(Direction::Read, &mut cx))
        };
        // There is a byte for each signal, but the number of bytes doesn't matter.
        let take = |socket: &SignalSocket| (&socket.0).read(&mut [0; 1024]);
        loop {
            match self.source.try_io(Direction::Read, take, |_| None) {
                Ok(_bytes) => self.tell(|state| state.count += 1),
                Err(error) if error.kind() == ErrorKind::WouldBlock => match wait() {
                    Poll::Ready(reported) => _ = reported?,
                    Poll::Pending => return Ok(()),
                },
                Err(error) => return Err(error),
            }
        }
    }

    /// No signal is counted any more.
    fn end(&self) {
        self.tell(|state| state.ended = true);
    }

    /// Changes the state and wakes the listeners.
    fn tell(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.state.lock();
        change(&mut state);
        let due: Vec<Call> = state.waiting.values_mut().filter_map(WakerSlot::serve).collect();
        drop(state);
        due.into_iter().for_each(Call::wake);
    }
}

impl Drop for Signal {
    fn drop(&mut self) {
        let _line = in_a_drop();
        let _slot = self.shared.state.lock().waiting.remove(&self.key);
    }
}

impl Drop for SignalSource {
    fn drop(&mut self) {
        unregister(self.handler);
    }
}

impl fmt::Debug for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signal").field("kind", &self.shared.kind).finish_non_exhaustive()
    }
}
