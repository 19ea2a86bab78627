//! What does a socket do until it is ready?
//!
//! It tries first. An operation runs at once, without blocking; only if the system answers
//! `WouldBlock` does the source join its runtime's selector, and the caller wait for a report. A
//! short connection never gets that far, which saves two system calls. (Joining late loses nothing:
//! the selector reports what is ready already when it is joined. A program that makes the tries
//! itself may have a source join sooner: `wait.rs`.)
//!
//! ```text
//! look ──► try ──► done: Ready
//!  ▲        └────► WouldBlock ──► join, if not done yet ──► clear ──┐
//!  └──── ready again ◄──── wait: store the waker, look again ◄──────┘──► Pending
//! ```
//!
//! Two ways to wait: for the `poll_*` methods each direction keeps one waker, and the newest caller
//! replaces the one before; futures by `&self` ([`Source::io`], [`Source::ready`]) are in a
//! list, are all woken, and each tries.
//!
//! A source belongs to the runtime in which it was made: that one's selector reports it. It may be
//! used from any thread, in another runtime or under a foreign executor; it makes progress while
//! its own runtime is driven.
//!
//! Interface: [`Source`]; `kettle::net` is made of it. Invariants: every `Pending` has stored the
//! latest waker, or deferred it (the budget is spent); a task waits only once the source is
//! registered, so that a cleared direction is always reported again.
//!
//! Not here: waiting without a try (`wait.rs`), the readiness bits and the waiters
//! (`readiness.rs`), the selector (`reactor.rs`).
//!
//! tokio: `io::PollEvented` and `Registration`; it registers at creation, deregisters with a
//! system call, and waits before the first try.

use std::any::type_name;
use std::fmt;
use std::future::poll_fn;
use std::io::{self, ErrorKind};
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use kettle_events::{Direction, Event, Id, Tried, emit};
use mio::Interest;

use super::reactor::Sources;
use super::readiness::{ANY, RUNTIME_IS_GONE, Seen, SourceState, SourceWaiter};
use super::registration::{Registration, last_name};
use crate::tasks::budget;

/// A short read or write means that there is no more for now: true of streams with epoll and
/// kqueue. (A TCP read that stops before urgent data is short, too; tokio relies on the same.) On
/// Windows mio must see the `WouldBlock` itself, to ask for the next report.
const SHORT_IS_ALL: bool = cfg!(any(
    target_os = "linux",
    target_os = "android",
    target_vendor = "apple",
    target_os = "freebsd",
    target_os = "netbsd",
    target_os = "openbsd",
    target_os = "dragonfly",
));

/// What a source can be made of: a non-blocking thing that the selector knows.
#[cfg(unix)]
pub trait Pollable: std::os::fd::AsRawFd {}
#[cfg(unix)]
impl<S: std::os::fd::AsRawFd> Pollable for S {}

/// What a source can be made of: mio's own types.
#[cfg(windows)]
pub trait Pollable: mio::event::Source {}
#[cfg(windows)]
impl<S: mio::event::Source> Pollable for S {}

/// A non-blocking socket (or the like) with the means to wait until it is ready.
pub struct Source<S> {
    // Dropped in this order: first it leaves the slab, then the descriptor is closed. The system
    // forgets a registration with the last descriptor, so that it needs no call of its own.
    pub(crate) registration: Registration,
    /// What the selector is asked to report.
    pub(super) interest: Interest,
    pub(super) io: S,
}

// A panic leaves it whole: no user code runs under its locks.
impl<S: UnwindSafe> UnwindSafe for Source<S> {}
impl<S: RefUnwindSafe> RefUnwindSafe for Source<S> {}

impl<S: Pollable> Source<S> {
    /// A source of these sources' runtime, unless that has ended. `io` must be non-blocking.
    #[cfg_attr(unix, allow(unused_mut))]
    pub(crate) fn of(
        sources: Arc<Sources>,
        mut io: S,
        interest: Interest,
    ) -> io::Result<Source<S>> {
        if sources.members().closed {
            return Err(io::Error::other(RUNTIME_IS_GONE));
        }
        let registration = Registration::new(sources, SourceState::new());
        #[cfg(windows)]
        registration.join(type_name::<S>(), None, |sources, token| {
            sources.registry.register(&mut io, token, interest)
        })?;
        Ok(Source { registration, interest, io })
    }

    /// What events call it.
    pub fn id(&self) -> Id {
        self.registration.state.id
    }

    /// Says in the events what it is, of this name, or else of its type; and `with` what it came.
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

    /// Says in the events that the program has tried an operation itself.
    pub fn emit_try<R>(&self, direction: Direction, result: &io::Result<R>, bytes: Option<usize>) {
        let (source, result) = (self.registration.state.id, tried(result));
        emit(|| Event::SourceTry { source, direction, result, bytes });
    }

    /// The thing itself. What is done with it directly changes no readiness here.
    pub fn get_ref(&self) -> &S {
        &self.io
    }

    /// The thing itself, to be changed. It must stay the same open file.
    #[cfg(unix)]
    pub fn get_mut(&mut self) -> &mut S {
        &mut self.io
    }

    /// Leaves the selector and gives the thing back, still in non-blocking mode, even if the
    /// selector refuses.
    pub fn leave(self) -> (S, io::Result<()>) {
        #[cfg_attr(unix, allow(unused_mut))]
        let Source { registration, mut io, .. } = self;
        if !registration.has_joined() {
            return (io, Ok(()));
        }
        let registry = &registration.sources.registry;
        #[cfg(unix)]
        let left = registry.deregister(&mut mio::unix::SourceFd(&io.as_raw_fd()));
        #[cfg(windows)]
        let left = registry.deregister(&mut io);
        (io, left)
    }

    /// Tries `op` until it does not say `WouldBlock`. One task waits for each direction: a later
    /// call's waker replaces the one before. Events tell how many bytes were `moved`, if it moves
    /// any. If they are fewer than `asked`, a stream need not be asked again before the next
    /// report. Of all else `asked` is 0.
    ///
    /// `op` may say `WouldBlock` only if the source itself did. It clears the direction with all
    /// that is known of it, the end of the stream too: if the source has something to give, or has
    /// come to its end, that is not reported a second time, and the caller may wait forever.
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
            let seen = if seen.has(ANY) { seen } else { ready!(wait(cx))? };
            let permit = ready!(budget::poll_proceed(cx));
            if let Some(result) = self.attempt(seen, asked, &mut op, &moved) {
                permit.made_progress();
                return Poll::Ready(result);
            }
        }
    }

    /// Tries `op` until it does not say `WouldBlock`, beside any number of others. `op` and `moved`
    /// as in [`Source::poll_io`].
    pub fn io<R>(
        &self,
        direction: Direction,
        mut op: impl FnMut(&S) -> io::Result<R>,
        moved: impl Fn(&R) -> Option<usize>,
    ) -> impl Future<Output = io::Result<R>> {
        let mut waiter = SourceWaiter::new(&self.registration.state, direction);
        poll_fn(move |cx| self.poll_op(direction, cx, |cx| waiter.poll(cx), 0, &mut op, &moved))
    }

    /// Tries `op` once, or not at all if the direction is known not to be ready: `WouldBlock`.
    /// `op` and `moved` as in [`Source::poll_io`]. Fewer bytes than were asked for clear nothing:
    /// the caller may wait next, and more may be there.
    pub fn try_io<R>(
        &self,
        direction: Direction,
        op: impl FnOnce(&S) -> io::Result<R>,
        moved: impl Fn(&R) -> Option<usize>,
    ) -> io::Result<R> {
        let seen = self.state_of(direction)?.look(direction);
        // No transfer is shorter than 0 bytes.
        let result = if seen.lets_try() { self.attempt(seen, 0, op, moved) } else { None };
        result.unwrap_or_else(|| Err(ErrorKind::WouldBlock.into()))
    }

    /// One try, which began with `seen`, and what it says about readiness. `None`: it would
    /// block, and the direction is cleared.
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
        // Not registered: no report would come, so it stays ready and the next try asks.
        if bytes.is_some_and(|moved| is_short(moved, asked)) && self.registration.has_joined() {
            self.registration.state.drained(seen);
        }
        Some(result)
    }

    /// The direction is cleared. Or (an error) it stays as it is, and the next try asks again.
    /// Out of line, so that the rest of a try can be inlined: this saves an echo server 2 % of its
    /// instructions.
    fn would_block(&self, seen: Seen) -> Option<io::Error> {
        let direction = seen.direction;
        let reported = match direction {
            Direction::Read => self.interest.is_readable(),
            Direction::Write => self.interest.is_writable(),
            Direction::Priority | Direction::Error => true,
        };
        assert!(reported, "a source without the direction {direction:?} would wait for it forever");
        let joined = self.join();
        if joined.is_ok() {
            self.registration.state.would_block(seen);
        }
        joined.err()
    }

    /// What is known of a direction. No try tells of priority data and errors: for these the source
    /// joins first.
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
            let mut source = mio::unix::SourceFd(&fd);
            let joined = sources.registry.register(&mut source, token, self.interest);
            let exists = joined.as_ref().is_err_and(|e| e.kind() == ErrorKind::AlreadyExists);
            // The same open file was registered before under the same number. If by a source that
            // was dropped while another descriptor kept the file open, take that over.
            if exists && !sources.has_beside(token, fd) {
                return sources.registry.reregister(&mut source, token, self.interest);
            }
            joined
        })
    }

    /// mio needs `&mut` for it on Windows: it was done when the source was made.
    #[cfg(windows)]
    #[allow(clippy::unnecessary_wraps, clippy::unused_self)]
    pub(super) fn join(&self) -> io::Result<()> {
        Ok(())
    }
}

fn tried<R>(result: &io::Result<R>) -> Tried {
    match result {
        Ok(_) => Tried::Done,
        Err(error) if error.kind() == ErrorKind::WouldBlock => Tried::WouldBlock,
        Err(error) => Tried::Failed(error.kind()),
    }
}

/// Neither nothing (the end of the stream, an empty buffer) nor everything.
fn is_short(moved: usize, asked: usize) -> bool {
    SHORT_IS_ALL && 0 < moved && moved < asked
}

impl<S: fmt::Debug> fmt::Debug for Source<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.io.fmt(f)
    }
}

#[cfg(test)]
#[path = "source_tests.rs"]
mod tests;
