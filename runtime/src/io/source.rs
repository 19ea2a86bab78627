//! What does a socket do until it is ready?
//!
//! It tries first. An operation runs at once, without blocking, and only if the system answers
//! `WouldBlock` does the source join its runtime's selector and the caller wait for a report. A
//! short connection never gets that far, which saves two system calls. Joining late does no harm,
//! because the selector also reports what is ready when a source joins.
//!
//! ```text
//! look ──► try ──► done: Ready
//!  ▲        └────► WouldBlock ──► join, if not done yet ──► clear ──┐
//!  └──── ready again ◄──── wait: store the waker, look again ◄──────┘──► Pending
//! ```
//!
//! A program that only waits joins first (`wait.rs`), for no attempt of its own would tell it more.
//!
//! There are two ways to wait. For the `poll_*` methods each direction keeps one waker, which each
//! new caller replaces. Futures that wait through `&self` ([`Source::io`], [`Source::ready`]) are
//! in a list: all are woken, and each tries.
//!
//! A source belongs to the runtime in which it was made, and only that runtime's selector reports
//! it. It may be used on any thread, in another runtime or under a foreign executor, but it makes
//! progress only while its own runtime is driven.
//!
//! Interface: [`Source`], on which `kettle::net` is built. Invariants: every `Pending` has stored
//! the latest waker (the models of `readiness.rs`), or deferred it when the budget is spent. A task
//! waits only for a source that has joined, so a cleared direction is always reported again.
//!
//! Not here: waiting without an attempt (`wait.rs`), readiness and waiters (`readiness.rs`).
//!
//! tokio: registers at creation, deregisters with a system call, and waits before trying.

use std::any::type_name;
use std::fmt;
use std::future::poll_fn;
use std::io::{self, ErrorKind};
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll, ready};

use kettle_events::{Direction, Event, Id, Shows, Tried, emit, emit_counted};
use mio::Interest;

use super::reactor::{KQUEUE, Sources};
use super::readiness::{ANY, RUNTIME_IS_GONE, Seen, SourceState, SourceWaiter};
use super::registration::{Registration, SourceHandle, last_name};
use crate::base::holds;
use crate::tasks::budget;

/// Does a short read or write mean that there is no more for now? With epoll and kqueue it does for
/// streams, as tokio assumes, too. mio's other selectors report again only after a `WouldBlock`.
const SHORT_IS_ALL: bool = KQUEUE || cfg!(any(target_os = "linux", target_os = "android"));

// What a source can be made of: non-blocking I/O that the selector knows, on Windows mio's types.
#[cfg(windows)]
pub use mio::event::Source as Pollable;
#[cfg(unix)]
pub use std::os::fd::AsRawFd as Pollable;

const JOINED: &str = "io/source.rs: a task waits only for a source that has joined";

/// A non-blocking socket, pipe or the like, with the means to wait until it is ready.
pub struct Source<S> {
    // Dropped in this order: first the source leaves the slab, then the descriptor is closed.
    pub(crate) registration: Registration,
    /// What the selector is asked to report.
    pub(super) interest: Interest,
    pub(super) io: S,
}

// A panic can't leave it broken, because no user code runs under its locks.
impl<S: UnwindSafe> UnwindSafe for Source<S> {}
impl<S: RefUnwindSafe> RefUnwindSafe for Source<S> {}

impl<S: Pollable> Source<S> {
    /// A source of the runtime that owns `sources`, unless it has ended. `io` must be non-blocking.
    #[cfg_attr(unix, allow(unused_mut))]
    pub(crate) fn of(
        sources: Arc<Sources>,
        mut io: S,
        interest: Interest,
    ) -> io::Result<Source<S>> {
        if sources.members.lock().closed {
            return Err(io::Error::other(RUNTIME_IS_GONE));
        }
        let registration = Registration::new(sources, SourceState::new());
        #[cfg(windows)]
        registration.join(type_name::<S>(), None, |sources, token| {
            sources.registry.register(&mut io, token, interest)
        })?;
        Ok(Source { registration, interest, io })
    }

    /// See [`Source::joined`]. If the selector refuses, or the runtime has ended, `io` comes back.
    #[cfg(unix)]
    #[track_caller]
    pub(crate) fn joined_of(
        sources: Arc<Sources>,
        io: S,
        interest: Interest,
    ) -> Result<Source<S>, (S, io::Error)> {
        let registration = Registration::new(sources, SourceState::cleared());
        let source = Source { registration, interest, io };
        source.emit_new(None, None, |_| [0, 0]);
        match source.join() {
            Ok(()) if source.registration.has_joined() => Ok(source),
            Ok(()) => Err((source.io, io::Error::other(RUNTIME_IS_GONE))),
            Err(error) => Err((source.io, error)),
        }
    }

    /// Its id in events.
    pub fn id(&self) -> Id {
        self.registration.state.id
    }

    /// Reaches the source from elsewhere.
    pub fn handle(&self) -> SourceHandle {
        SourceHandle(self.registration.state.clone(), self.registration.sources.clone())
    }

    /// Records that the source was made: `name` stands for its type, `with` is as in the event.
    #[track_caller]
    pub fn emit_new(
        &self,
        name: Option<&'static str>,
        with: Option<Id>,
        ends: impl FnOnce(&S) -> [u32; 2],
    ) {
        let state = &self.registration.state;
        emit(|| Event::SourceNew {
            source: state.id,
            what: name.unwrap_or_else(|| last_name(type_name::<S>())),
            ready: Direction::ALL.map(|direction| state.look(direction).has(ANY)),
            ends: ends(&self.io),
            with,
        });
    }

    /// Records an operation that the program has tried itself.
    pub fn emit_try<R>(&self, direction: Direction, result: &io::Result<R>, bytes: Option<usize>) {
        let source = self.registration.state.id;
        let result = match result {
            Ok(_) => Tried::Done,
            Err(error) if error.kind() == ErrorKind::WouldBlock => Tried::WouldBlock,
            Err(error) => Tried::Failed(error.kind()),
        };
        let shows = match bytes {
            Some(0) => Shows::InVain,
            Some(_) => Shows::Progress,
            None => Shows::Nothing,
        };
        emit_counted(shows, || Event::SourceTry { source, direction, result, bytes });
    }

    /// The socket itself. Using it directly changes no readiness here.
    pub fn get_ref(&self) -> &S {
        &self.io
    }

    /// The same for a caller that may duplicate the descriptor, which the system then wouldn't
    /// forget by itself: the source's drop will be a system call.
    pub fn lend(&self) -> &S {
        self.registration.lent.store(true, Ordering::Relaxed);
        &self.io
    }

    /// The socket itself, to be changed. It must stay the same open file.
    #[cfg(unix)]
    pub fn get_mut(&mut self) -> &mut S {
        &mut self.io
    }

    /// Leaves the selector and returns the socket, still non-blocking, even if leaving fails.
    pub fn leave(self) -> (S, io::Result<()>) {
        #[cfg_attr(unix, allow(unused_mut))]
        let Source { registration, mut io, .. } = self;
        if !registration.has_joined() {
            return (io, Ok(()));
        }
        registration.lent.store(false, Ordering::Relaxed); // its drop doesn't leave once more
        let registry = &registration.sources.registry;
        #[cfg(unix)]
        let left = registry.deregister(&mut mio::unix::SourceFd(&io.as_raw_fd()));
        #[cfg(windows)]
        let left = registry.deregister(&mut io);
        (io, left)
    }

    /// Tries `op` until it doesn't return `WouldBlock`. One task waits for each direction: a later
    /// call's waker replaces the one before. `moved` says how many bytes an operation has moved, if
    /// it moves any. If a stream moves fewer than `asked`, it isn't tried again until the next
    /// report. For all other operations `asked` is 0.
    ///
    /// `op` may return `WouldBlock` only if the source itself did, because a `WouldBlock` clears
    /// all that is known of the direction, even the end of the stream. If the source has more to
    /// give, it isn't reported a second time, and the caller may wait forever.
    pub fn poll_io<R>(
        &self,
        direction: Direction,
        cx: &mut Context<'_>,
        asked: usize,
        op: impl FnMut(&S) -> io::Result<R>,
        moved: impl Fn(&R) -> Option<usize>,
    ) -> Poll<io::Result<R>> {
        let newest = |cx: &mut Context<'_>| self.registration.state.poll_newest(direction, cx);
        self.poll_op(direction, cx, newest, asked, op, moved)
    }

    fn poll_op<R>(
        &self,
        direction: Direction,
        cx: &mut Context<'_>,
        mut wait: impl FnMut(&mut Context<'_>) -> Poll<io::Result<Seen>>,
        asked: usize,
        mut op: impl FnMut(&S) -> io::Result<R>,
        moved: impl Fn(&R) -> Option<usize>,
    ) -> Poll<io::Result<R>> {
        let state = self.state_of(direction)?;
        loop {
            let seen = state.look(direction);
            let seen = if seen.has(ANY) { seen } else { ready!(self.waits(wait(cx)))? };
            let permit = ready!(budget::poll_proceed(cx));
            if let Some(result) = self.attempt(seen, asked, &mut op, &moved) {
                permit.made_progress();
                return Poll::Ready(result);
            }
        }
    }

    /// Passes on the outcome of a wait.
    pub(super) fn waits<T>(&self, polled: Poll<T>) -> Poll<T> {
        holds(JOINED, polled.is_ready() || self.registration.has_joined(), self.id());
        polled
    }

    /// Tries `op` until it doesn't return `WouldBlock`, along with any number of tasks. `op` and
    /// `moved` are as in [`Source::poll_io`].
    pub fn io<R>(
        &self,
        direction: Direction,
        mut op: impl FnMut(&S) -> io::Result<R>,
        moved: impl Fn(&R) -> Option<usize>,
    ) -> impl Future<Output = io::Result<R>> {
        let mut waiter = SourceWaiter::new(&self.registration.state, direction);
        poll_fn(move |cx| self.poll_op(direction, cx, |cx| waiter.poll(cx), 0, &mut op, &moved))
    }

    /// Tries `op` once, or returns `WouldBlock` at once if the direction is known not to be ready.
    /// `op` and `moved` are as in [`Source::poll_io`]. A short transfer clears no bit, since the
    /// caller may wait next although there is more.
    pub fn try_io<R>(
        &self,
        direction: Direction,
        op: impl FnOnce(&S) -> io::Result<R>,
        moved: impl Fn(&R) -> Option<usize>,
    ) -> io::Result<R> {
        let seen = self.state_of(direction)?.look(direction);
        // `asked` is 0, and no transfer is shorter than that.
        let result = if seen.lets_try() { self.attempt(seen, 0, op, moved) } else { None };
        result.unwrap_or_else(|| Err(ErrorKind::WouldBlock.into()))
    }

    /// Makes an attempt that began with `seen`, and notes what it shows about readiness. `None`: it
    /// would block, and the direction is cleared.
    fn attempt<R>(
        &self,
        seen: Seen,
        asked: usize,
        op: impl FnOnce(&S) -> io::Result<R>,
        moved: impl Fn(&R) -> Option<usize>,
    ) -> Option<io::Result<R>> {
        let result = op(&self.io);
        let bytes = result.as_ref().ok().and_then(moved);
        self.emit_try(seen.direction, &result, bytes);
        if result.as_ref().is_err_and(|error| error.kind() == ErrorKind::WouldBlock) {
            return self.would_block(seen).map(Err);
        }
        let state = &self.registration.state;
        if bytes.is_some_and(|moved| SHORT_IS_ALL && 0 < moved && moved < asked) {
            // A source that hasn't joined would get no report: the next attempt asks the system.
            let has_joined = self.registration.has_joined();
            if has_joined { state.drained(seen) } else { state.unknown_again(seen) }
        } else if result.is_ok() && !seen.ends_wait() {
            state.succeeded(seen);
        }
        Some(result)
    }

    /// Joins and clears the direction. After an error it stays ready, so the next attempt asks
    /// again. Out of line: an echo server saves 2 % of its instructions if the rest is inlined.
    fn would_block(&self, seen: Seen) -> Option<io::Error> {
        let direction = seen.direction;
        let reported = match direction {
            Direction::Read => self.interest.is_readable(),
            Direction::Write => self.interest.is_writable(),
            Direction::Priority | Direction::Error => true,
        };
        assert!(reported, "a source without the direction {direction:?} would wait for it forever");
        self.join().map(|()| self.registration.state.would_block(seen)).err()
    }

    /// What is known of a direction. For those that no attempt reveals, the source joins first.
    pub(super) fn state_of(&self, direction: Direction) -> io::Result<&SourceState> {
        if matches!(direction, Direction::Priority | Direction::Error) {
            self.join()?;
        }
        Ok(&self.registration.state)
    }

    /// Joins the selector, if that has not been done yet.
    #[cfg(unix)]
    pub(super) fn join(&self) -> io::Result<()> {
        let fd = self.io.as_raw_fd();
        self.registration.join(type_name::<S>(), Some(fd), |sources, token| {
            sources.registry.register(&mut mio::unix::SourceFd(&fd), token, self.interest)
        })
    }

    /// On Windows mio needs `&mut` to register, so that was done when the source was made.
    #[cfg(windows)]
    #[allow(clippy::unnecessary_wraps, clippy::unused_self)]
    pub(super) fn join(&self) -> io::Result<()> {
        Ok(())
    }
}

impl<S: fmt::Debug> fmt::Debug for Source<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.io.fmt(f)
    }
}

#[cfg(test)]
#[path = "source_tests.rs"]
mod tests;
