//! How does the system's selector tell the runtime that a socket is ready?
//!
//! The reactor waits in the operating system's selector (epoll, kqueue, Windows' AFD; `mio` speaks
//! to each). A source registers once, edge-triggered and for the directions it was made for, and
//! the selector then reports each change. The reactor writes the report into the source and
//! collects the wakers of the tasks that wait for it; the loop calls them.
//!
//! The loop owns the selector's waiting end ([`Reactor`]). Its registering end, with the slab of
//! sources, is shared ([`Sources`]): any thread adds and removes sources, also while the loop
//! sleeps in the selector, which takes a registration at any time (`docs/decisions/0002`).
//!
//! A source is found by its *token*: the slab key and, above it, a generation that counts
//! registrations. The token comes back with each report. If its source has gone and another has
//! got the key, the generations differ and the report is dropped. On 64-bit machines both have 32
//! bits. On 32-bit ones the key has 20 (a million sources) and the generation 12. Should an old
//! report come after 4,095 more registrations and fit another source, that source is tried once for
//! nothing: a report is never more than a reason to try.
//!
//! Priority data (TCP calls it urgent) and errors are reported to a second state, for the few
//! sources that have one (`registration.rs`). There priority data takes the place of reading and an
//! error that of writing.
//!
//! Interface: [`Reactor::wait`], [`Reactor::dispatch`], [`Sources::close`]; for `registration.rs`
//! [`Sources::insert`] and [`Sources::remove`].
//!
//! Invariants: no user code runs under the slab's lock: wakers are collected there and called later
//! (they may drop a source, which takes that lock). A source that left the slab gets no report,
//! though the system may still have its registration (a descriptor that was duplicated, or
//! inherited by a child, keeps it).
//!
//! Not here: joining (`registration.rs`), what a report does (`readiness.rs`), trying and waiting
//! (`source.rs`), when to look (`executor/park.rs`).
//!
//! tokio: `runtime/io/driver.rs`; the token is the address of the source's state, so that a list
//! of dropped sources must keep them alive until the next poll.

use std::collections::{HashMap, VecDeque};
use std::io;
use std::sync::Arc;
use std::task::Waker;
use std::time::Duration;

use kettle_events::{Direction, Event, RemoteEvents};
use mio::{Events, Poll, Registry, Token};
use parking_lot::{Mutex, MutexGuard};
use slab::Slab;

use super::readiness::{CLOSED, ERROR, READY, SourceState};
use crate::inbox::Unpark;

/// How many reports one look fetches. What is left comes with the next one.
const BATCH: usize = 1024;

/// A source's slab key has this many bits of its token, the generation the rest.
const KEY_BITS: u32 = if usize::BITS >= 64 { 32 } else { 20 };

/// The token of an unpark. No source has it: generations stop one short of all ones.
const UNPARK: Token = Token(usize::MAX);
/// All values that the bits have room for, but the last.
const GENERATIONS: usize = (1 << (usize::BITS - KEY_BITS)) - 1;

/// The longest wait: macOS refuses one of years. Then the loop finds nothing due, and parks again.
const LONGEST: Duration = Duration::from_hours(24);

/// Up to this capacity an empty slab is kept: a server that is idle for a moment needs it again.
/// (One that is not empty can't shrink: tokens hold the keys.)
const KEPT: usize = 1024;

/// The waiting end: the loop's.
pub(crate) struct Reactor {
    poll: Poll,
    reports: Events,
    pub(crate) sources: Arc<Sources>,
    pub(crate) unpark: Arc<Unpark>,
}

/// What a look at the selector brought.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Polled {
    /// How many reports of sources that are still there.
    pub(crate) reports: usize,
    /// Did another thread unpark the loop?
    pub(crate) unparked: bool,
}

/// The registering end: any thread's.
pub(crate) struct Sources {
    pub(super) registry: Registry,
    members: Mutex<Members>,
    pub(super) events: Arc<RemoteEvents>,
}

#[derive(Default)]
pub(crate) struct Members {
    slab: Slab<Member>,
    /// The second states, by their sources' slab keys.
    second: HashMap<usize, Arc<SourceState>>,
    /// The latest registration's.
    generation: usize,
    /// The runtime is over.
    closed: bool,
}

/// A source that is registered.
pub(crate) struct Member {
    token: Token,
    state: Arc<SourceState>,
    /// What was reported for a second state before there was one. It is not reported again.
    missed: [usize; 2],
}

impl Reactor {
    /// A selector, with what ends its wait.
    pub(crate) fn new(events: Arc<RemoteEvents>) -> io::Result<Reactor> {
        let poll = Poll::new()?;
        let unpark = Arc::new(Unpark::new(mio::Waker::new(poll.registry(), UNPARK)?));
        let (registry, members) = (poll.registry().try_clone()?, Mutex::default());
        let sources = Arc::new(Sources { registry, members, events });
        Ok(Reactor { poll, reports: Events::with_capacity(BATCH), sources, unpark })
    }

    /// The one function that sleeps: waits for reports (`None`: forever; zero: not at all). mio
    /// rounds a timeout up to the selector's grain (a millisecond with epoll): a deadline 0.3 ms
    /// away is one wait of 1 ms and not a thousand of none.
    pub(crate) fn wait(&mut self, timeout: Option<Duration>) -> io::Result<()> {
        if let Some(error) = self.unpark.error() {
            return Err(io::Error::other(format!("another thread could not end a sleep: {error}")));
        }
        match self.poll.poll(&mut self.reports, timeout.map(|timeout| timeout.min(LONGEST))) {
            // A signal came in between. Waiting on would need the rest of the time: the loop knows
            // the deadlines and computes it anew. (What the last wait brought is still there.)
            Err(error) if error.kind() == io::ErrorKind::Interrupted => self.reports.clear(),
            result => result?,
        }
        Ok(())
    }

    /// What the last wait brought. Counted only when asked: most looks need no number.
    pub(crate) fn polled(&self) -> Polled {
        let members = self.sources.members.lock();
        let known = self.reports.iter().map(|report| members.reported(report.token()));
        let unparked = self.reports.iter().any(|report| report.token() == UNPARK);
        Polled { reports: known.sum(), unparked }
    }

    /// Writes the reports of the last wait into their sources. Adds the wakers to call to `due`.
    pub(crate) fn dispatch(&mut self, due: &mut VecDeque<Waker>) {
        let mut members = self.sources.members.lock();
        let Members { slab, second, .. } = &mut *members;
        for report in &self.reports {
            let (key, token) = (key(report.token()), report.token());
            let Some(member) = slab.get_mut(key).filter(|member| member.token == token) else {
                continue;
            };
            let (bits, more) = bits(report);
            self.sources.report(&member.state, bits, due);
            match second.get(&key) {
                Some(state) => self.sources.report(state, more, due),
                None => member.missed = [member.missed[0] | more[0], member.missed[1] | more[1]],
            }
        }
    }
}

impl Sources {
    /// The registered sources, locked. With none, the loop needs no look at the selector.
    pub(crate) fn members(&self) -> MutexGuard<'_, Members> {
        self.members.lock()
    }

    /// From now on reports with this token reach the source. `None`: the runtime is over.
    pub(super) fn insert(&self, state: &Arc<SourceState>, what: &'static str) -> Option<Token> {
        let mut members = self.members.lock();
        if members.closed {
            return None;
        }
        members.generation = (members.generation + 1) % GENERATIONS;
        let generation = members.generation;
        let slot = members.slab.vacant_entry();
        assert!(slot.key() >> KEY_BITS == 0, "a token has no room for source {}", slot.key());
        let token = Token(generation << KEY_BITS | slot.key());
        slot.insert(Member { token, state: state.clone(), missed: [0; 2] });
        self.events.emit(|| Event::SourceAdd { source: state.serial, what });
        Some(token)
    }

    /// From now on priority data and errors of this source reach `state`. Returns what was reported
    /// of them before. `None`: the source has gone with its runtime.
    pub(super) fn insert_second(
        &self,
        token: Token,
        state: &Arc<SourceState>,
        what: &'static str,
    ) -> Option<[usize; 2]> {
        let mut members = self.members.lock();
        let missed = members.get(token)?.missed;
        members.second.insert(key(token), state.clone());
        self.events.emit(|| Event::SourceAdd { source: state.serial, what });
        Some(missed)
    }

    /// The source goes, unless it has gone with its runtime.
    pub(super) fn remove(&self, token: Token) {
        let mut members = self.members.lock();
        if members.get(token).is_none() {
            return;
        }
        let member = members.slab.remove(key(token));
        if members.slab.is_empty() && members.slab.capacity() > KEPT {
            members.slab = Slab::new();
        }
        let second = members.second.remove(&key(token));
        for state in [Some(&member.state), second.as_ref()].into_iter().flatten() {
            self.events.emit(|| Event::SourceDrop { source: state.serial });
        }
        drop(members); // before the states: wakers may be in them
    }

    /// The runtime ends: there will be no more reports. A task that would wait gets an error from
    /// now on; the wakers of those that wait already are given back, to be called.
    pub(crate) fn close(&self) -> VecDeque<Waker> {
        let mut members = self.members.lock();
        members.closed = true;
        let slab = std::mem::take(&mut members.slab);
        let second = std::mem::take(&mut members.second);
        let mut gone: Vec<_> = slab.into_iter().map(|(_, member)| member.state).collect();
        gone.extend(second.into_values());
        for state in &gone {
            self.events.emit(|| Event::SourceDrop { source: state.serial });
        }
        drop(members);
        let mut due = VecDeque::new();
        for state in &gone {
            state.end(&mut due);
        }
        due
    }

    /// Passes a report on to a source, or to its second state. `read` and `write` are bits.
    pub(super) fn report(
        &self,
        state: &SourceState,
        [read, write]: [usize; 2],
        due: &mut VecDeque<Waker>,
    ) {
        self.events.emit(|| Event::SourceReady {
            source: state.serial,
            readable: read != 0,
            writable: write != 0,
            closed: (read | write) & (CLOSED | ERROR) != 0,
        });
        state.report(Direction::Read, read, due);
        state.report(Direction::Write, write, due);
    }
}

/// Translates the selector's words into ours: the bits for reading and for writing; and for the
/// second state, those for priority data and for an error.
fn bits(report: &mio::event::Event) -> ([usize; 2], [usize; 2]) {
    let if_set = |is_set, bit| if is_set { bit } else { 0 };
    let closed = if_set(report.is_read_closed(), CLOSED);
    let error = if_set(report.is_error(), ERROR);
    let read = if_set(report.is_readable(), READY) | closed | error;
    let closed_too = if_set(report.is_write_closed(), CLOSED);
    let write = if_set(report.is_writable(), READY) | closed_too | error;
    let priority = if_set(report.is_priority(), READY) | closed;
    ([read, write], [priority, if_set(report.is_error(), READY)])
}

impl Members {
    pub(crate) fn is_empty(&self) -> bool {
        self.slab.is_empty()
    }

    /// As many as appear in the events.
    pub(crate) fn len(&self) -> usize {
        self.slab.len() + self.second.len()
    }

    pub(crate) fn capacity(&self) -> usize {
        self.slab.capacity()
    }

    /// How many sources a report with this token is for.
    fn reported(&self, token: Token) -> usize {
        let second = usize::from(self.second.contains_key(&key(token)));
        self.get(token).map_or(0, |_| 1 + second)
    }

    /// The source that was registered with this token, if it is still there.
    fn get(&self, token: Token) -> Option<&Member> {
        self.slab.get(key(token)).filter(|member| member.token == token)
    }
}

fn key(token: Token) -> usize {
    token.0 & ((1 << KEY_BITS) - 1)
}

#[cfg(test)]
#[path = "reactor_tests.rs"]
mod tests;
