//! How does the system's selector report to the runtime that a socket is ready?
//!
//! The reactor waits in the operating system's selector (epoll, kqueue, Windows' AFD; `mio` speaks
//! to each). A source registers once, edge-triggered and for the directions it was made for, and
//! the selector then reports each change. The reactor writes the report into the source, and
//! collects the wakers of the tasks waiting for it, which the loop calls.
//!
//! The loop owns the selector's waiting end ([`Reactor`]). The registering end, with the slab of
//! sources, is shared ([`Sources`]): any thread adds and removes sources, even while the loop
//! sleeps in the selector (`docs/decisions/0002`).
//!
//! A report carries the *token* of its source: the index in a slab and, above that, the number of
//! the registration. If another source has the index by now, the numbers differ, and the report is
//! dropped. Both have 32 bits on a 64-bit machine. On a 32-bit one the index has 20, for a million
//! sources, and the numbers start again after 4,095.
//!
//! Invariant: a source that has left the slab gets no report, even if the system still has its
//! registration because a child that is being started has inherited its descriptor.
//!
//! Not here: joining (`registration.rs`), what a report does (`readiness.rs`).
//!
//! tokio: the token is an address, so a list must keep dropped sources alive until the next poll.

use std::collections::{HashSet, VecDeque};
use std::io;
use std::mem;
use std::sync::Arc;
use std::time::Duration;

use kettle_events::{Direction, Event, RemoteEvents, RowGuard, StateLock};
use mio::{Events, Poll, Registry, Token};
use slab::Slab;

use super::readiness::{ANY, CLOSED, ERROR, READY, SourceState, bits_of};
use crate::base::Call;
use crate::inbox::Unpark;

const BSD: bool = cfg!(any(target_os = "netbsd", target_os = "openbsd", target_os = "dragonfly"));
pub(super) const KQUEUE: bool = BSD || cfg!(any(target_vendor = "apple", target_os = "freebsd"));
/// epoll refuses a descriptor that it has. kqueue takes it from its source, so we ask.
const ASKS: bool = KQUEUE || cfg!(test);

/// How many reports one call of the selector fetches. The next call brings the rest.
const BATCH: usize = 1024;

/// How many bits of a token are the index in the slab.
const INDEX_BITS: u32 = if usize::BITS >= 64 { 32 } else { 20 };

/// The token of an unpark. No source has it, because the numbers of registrations stop before it.
const UNPARK: Token = Token(usize::MAX);
const NUMBERS: usize = (1 << (usize::BITS - INDEX_BITS)) - 1;

/// The longest wait, since macOS refuses one of years. After it the loop parks again.
const LONGEST: Duration = Duration::from_hours(24);

/// An empty slab keeps room for this many (`executor/park.rs` has the rule).
const KEEP: usize = 1024;

/// The waiting end, which the loop owns.
pub(crate) struct Reactor {
    poll: Poll,
    reports: Events,
    pub(crate) sources: Arc<Sources>,
    pub(crate) unpark: Arc<Unpark>,
}

/// The registering end, which any thread may use.
pub(crate) struct Sources {
    pub(super) registry: Registry,
    pub(crate) members: StateLock<Members>,
    pub(crate) events: Arc<RemoteEvents>,
}

#[derive(Default)]
pub(crate) struct Members {
    all: Slab<Member>,
    /// Their descriptors, if it [`ASKS`].
    taken: HashSet<Option<i32>>,
    /// The number of the latest registration.
    latest: usize,
    /// The runtime has ended.
    pub(super) closed: bool,
}

/// A registered source.
pub(crate) struct Member {
    token: Token,
    state: Arc<SourceState>,
    /// The descriptor that has joined. `None` on Windows.
    fd: Option<i32>,
    /// Its entry, as long as it is here.
    _row: RowGuard,
}

impl Reactor {
    /// A selector, and the waker that ends its wait.
    pub(crate) fn new(events: Arc<RemoteEvents>) -> io::Result<Reactor> {
        let poll = Poll::new()?;
        let unpark = Arc::new(Unpark::new(mio::Waker::new(poll.registry(), UNPARK)?));
        let (registry, members) = (poll.registry().try_clone()?, StateLock::default());
        let sources = Arc::new(Sources { registry, members, events });
        Ok(Reactor { poll, reports: Events::with_capacity(BATCH), sources, unpark })
    }

    /// The one function that sleeps: waits for reports, forever if there is no timeout. mio rounds
    /// a timeout up to the selector's grain, a millisecond with epoll, so that a deadline 0.3 ms
    /// away is one wait of 1 ms and not a thousand of none.
    pub(crate) fn wait(&mut self, timeout: Option<Duration>) -> io::Result<()> {
        if let Some(error) = self.unpark.error() {
            return Err(io::Error::other(format!("failed to wake the selector: {error}")));
        }
        match self.poll.poll(&mut self.reports, timeout.map(|timeout| timeout.min(LONGEST))) {
            // A signal interrupted the wait. How much longer to wait is for the loop to compute,
            // which knows the deadlines. The reports of the last wait are still there.
            Err(error) if error.kind() == io::ErrorKind::Interrupted => self.reports.clear(),
            result => result?,
        }
        Ok(())
    }

    /// How many reports the last wait brought for sources that are still there.
    pub(crate) fn reports(&self) -> usize {
        let members = self.sources.members.lock();
        self.reports.iter().filter(|report| members.get(report.token()).is_some()).count()
    }

    /// Did another thread unpark the loop while it was waiting, or before?
    pub(crate) fn unparked(&self) -> bool {
        self.reports.iter().any(|report| report.token() == UNPARK)
    }

    /// Writes the reports of the last wait into their sources, and adds wakers to `due`.
    pub(crate) fn dispatch(&mut self, due: &mut VecDeque<Call>) {
        let members = self.sources.members.lock();
        for report in &self.reports {
            let Some(Member { state, .. }) = members.get(report.token()) else { continue };
            let bits = bits(report);
            let has = |direction, some| bits & bits_of(direction, some) != 0;
            self.sources.events.emit(|| Event::SourceReady {
                source: state.id,
                ready: Direction::ALL.map(|direction| has(direction, ANY)),
                closed: Direction::ALL.into_iter().any(|direction| has(direction, CLOSED | ERROR)),
            });
            state.report(bits, due);
            members.check_report(report, bits);
        }
    }
}

impl Sources {
    /// Lets reports with this token reach the source. `None`: the runtime has ended.
    pub(super) fn insert(
        &self,
        state: &Arc<SourceState>,
        what: &'static str,
        fd: Option<i32>,
    ) -> io::Result<Option<Token>> {
        let mut members = self.members.lock();
        if members.closed {
            return Ok(None);
        }
        if ASKS && fd.is_some() && !members.taken.insert(fd) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        let latest = (members.latest + 1) % NUMBERS;
        members.latest = latest;
        let entry = members.all.vacant_entry();
        let key = entry.key();
        assert!(key >> INDEX_BITS == 0, "a token has no room for source {key}");
        let token = Token(latest << INDEX_BITS | key);
        let row = self.events.change(|| Event::SourceAdd { source: state.id, what });
        row.set_descriptor(fd);
        entry.insert(Member { token, state: state.clone(), fd, _row: row });
        members.check(token, key);
        Ok(Some(token))
    }

    /// Removes a source, unless its runtime has ended and removed it, and returns its descriptor.
    pub(super) fn remove(&self, token: Token) -> Option<i32> {
        let mut members = self.members.lock();
        members.get(token)?;
        let member = members.all.remove(index(token));
        members.check_left(token);
        let _ = ASKS && members.taken.remove(&member.fd);
        if members.all.is_empty() && members.all.capacity() > KEEP {
            members.all = Slab::new();
        }
        self.events.emit(|| Event::SourceDrop { source: member.state.id });
        drop(members); // before the state, which may hold wakers
        member.fd
    }

    /// The runtime is ending, and reports no more. From now on a task that would have to wait gets
    /// an error. The wakers of tasks already waiting go to `due`, to be called.
    pub(crate) fn close(&self, due: &mut VecDeque<Call>) {
        let mut members = self.members.lock();
        members.closed = true;
        let all = mem::take(&mut members.all);
        drop(members);
        for (_, member) in &all {
            self.events.emit(|| Event::SourceDrop { source: member.state.id });
            member.state.end(due);
        }
    }
}

/// Translates what the selector says into bits by direction. Reads and writes also fetch errors.
fn bits(report: &mio::event::Event) -> usize {
    let if_set = |is_set, bit| if is_set { bit } else { 0 };
    let error = if_set(report.is_error(), ERROR);
    let read_closed = if_set(report.is_read_closed(), CLOSED);
    let write_closed = if_set(report.is_write_closed(), CLOSED);
    bits_of(Direction::Read, if_set(report.is_readable(), READY) | read_closed | error)
        | bits_of(Direction::Write, if_set(report.is_writable(), READY) | write_closed | error)
        | bits_of(Direction::Priority, if_set(report.is_priority(), READY) | read_closed)
        | bits_of(Direction::Error, if_set(report.is_error(), READY))
}

impl Members {
    pub(crate) fn len(&self) -> usize {
        self.all.len()
    }

    fn get(&self, token: Token) -> Option<&Member> {
        self.all.get(index(token)).filter(|member| member.token == token)
    }
}

fn index(token: Token) -> usize {
    token.0 & ((1 << INDEX_BITS) - 1)
}

#[path = "reactor_checks.rs"]
mod checks;

#[cfg(test)]
#[path = "reactor_tests.rs"]
mod tests;
