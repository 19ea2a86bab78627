//! How does a program wait until a source is ready, and make the tries itself?
//!
//! It asks what it wants to do ([`ReadyFor`]), waits, and gets what was found ([`Found`]). Having
//! tried, it says whether the source turned out not to be ready: [`Source::clear`].
//!
//! Reading and writing are believed ready until a try says `WouldBlock`, as in `source.rs`.
//! Priority data (TCP calls it urgent) and errors can't be found by trying, so a source that is
//! asked for them joins the selector first. They have a second state (`registration.rs`).
//!
//! A source that is [`Source::joined`] leaves all tries to the program. It is not believed ready
//! before the first report.
//!
//! Interface: [`ReadyFor`], [`Found`], [`Readiness`]; of [`Source`] what only waits.
//!
//! Not here: waiting and trying in one ([`Source::io`], `source.rs`).
//!
//! tokio: `Registration::readiness`, `ReadyEvent`; one word with a bit for each of these.

use std::any::type_name;
use std::fmt;
use std::future::poll_fn;
use std::io;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use kettle_events::Direction;
use mio::Interest;
#[cfg(unix)]
use mio::unix::SourceFd;

use super::reactor::Sources;
use super::readiness::{CLOSED, ERROR, READY, Seen, SourceState, SourceWaiter};
use super::registration::{BOTH, Registration, would_block};
use super::source::{Pollable, Source};
use crate::tasks::budget;

const ALL: [ReadyFor; 4] = [ReadyFor::Read, ReadyFor::Write, ReadyFor::Priority, ReadyFor::Error];

/// What a source may be ready for. As a rule a program waits for the first two only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadyFor {
    /// Reading, and accepting.
    Read,
    /// Writing, and connecting.
    Write,
    /// Reading priority data (`EPOLLPRI`), if the source's interest names it. TCP calls it urgent.
    Priority,
    /// Fetching an error.
    Error,
}

/// What a source is ready for, as far as is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Readiness {
    /// An operation may succeed.
    pub ready: bool,
    /// The other side has closed this direction: reading will find the end, writing an error.
    pub closed: bool,
    /// The source has an error.
    pub error: bool,
}

/// What a wait has found: the readiness for each thing that was asked, at that moment. It also
/// names the reports that said so, for [`Source::clear`].
#[derive(Clone, Copy, Default)]
pub struct Found {
    seen: [Option<Seen>; 4],
}

impl<S: Pollable> Source<S> {
    /// A source that joins the selector at once, and is not believed ready before the first report.
    /// If the selector does not take it, or the runtime is over, `io` comes back.
    #[cfg(unix)]
    pub(crate) fn joined_of(
        sources: Arc<Sources>,
        io: S,
        interest: Interest,
    ) -> Result<Source<S>, (S, io::Error)> {
        let mut source = Source { registration: Registration::new(sources), interest, io };
        let state = &source.registration.state;
        let unseen = BOTH.map(|direction| state.look(direction));
        let fd = source.io.as_raw_fd();
        // Unlike `join`, it takes no registration over: the program may still use that source.
        let joined = source.registration.join(type_name::<S>(), |registry, token| {
            registry.register(&mut SourceFd(&fd), token, interest)
        });
        if let Err(error) = joined {
            return Err((source.io, error));
        }
        if !source.registration.has_joined() {
            return Err((source.io, io::Error::other(super::readiness::RUNTIME_IS_GONE)));
        }
        for (direction, seen) in BOTH.into_iter().zip(unseen) {
            would_block(state, direction, seen);
        }
        // From now on the program may wait for what it did not ask for, and wait forever.
        source.interest = Interest::READABLE | Interest::WRITABLE;
        Ok(source)
    }

    /// Waits, as [`Source::poll_io`] does, until a direction is believed ready.
    pub fn poll_ready(
        &self,
        direction: Direction,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<Found>> {
        let permit = ready!(budget::poll_proceed(cx));
        let seen = ready!(self.registration.state.poll_newest(direction, cx))?;
        permit.made_progress();
        let mut found = Found::default();
        found.seen[direction as usize] = Some(seen);
        Poll::Ready(Ok(found))
    }

    /// Waits, beside any number of others, until one of the directions is believed ready.
    ///
    /// # Panics
    ///
    /// If there is none.
    pub fn ready(
        &self,
        directions: &'static [Direction],
    ) -> impl Future<Output = io::Result<Found>> {
        let state = &self.registration.state;
        wait_for_any(BOTH.map(|direction| {
            let is_asked = directions.contains(&direction);
            is_asked.then(|| SourceWaiter::new(state, direction))
        }))
    }

    /// The same for all that a source may be ready for.
    pub async fn ready_for(&self, wanted: &[ReadyFor]) -> io::Result<Found> {
        self.join()?;
        let waiters = ALL.map(|what| {
            wanted.contains(&what).then(|| {
                let (state, direction) = self.place(what);
                SourceWaiter::new(state, direction)
            })
        });
        wait_for_any(waiters).await
    }

    /// What of this a try is worthwhile for now, because it is believed ready or because the
    /// runtime is over. `None`: nothing.
    pub fn look_for(&self, wanted: &[ReadyFor]) -> io::Result<Option<Found>> {
        self.join()?;
        let mut found = Found::default();
        for &what in wanted {
            let (state, direction) = self.place(what);
            found.seen[what as usize] = Some(state.look(direction)).filter(|seen| seen.lets_try());
        }
        Ok(found.seen.iter().any(Option::is_some).then_some(found))
    }

    /// Forgets what a wait has found of `what`: the next one waits for the next report. A report
    /// that came since is not forgotten, nor that the other side has closed.
    ///
    /// # Errors
    ///
    /// The selector does not take the source, which joins it now if it has not. Nothing is
    /// forgotten then: it would never be ready again.
    pub fn clear(&self, found: &Found, what: ReadyFor) -> io::Result<()> {
        let seen = found.seen[what as usize].filter(|seen| !seen.has(CLOSED));
        let Some(seen) = seen else { return Ok(()) };
        self.join()?;
        let (state, direction) = self.place(what);
        if state.look(direction).has(READY | ERROR) {
            would_block(state, direction, seen);
        }
        Ok(())
    }

    /// Where a task waits until the source is ready for `what`.
    fn place(&self, what: ReadyFor) -> (&SourceState, Direction) {
        let registration = &self.registration;
        match what {
            ReadyFor::Read => (&registration.state, Direction::Read),
            ReadyFor::Write => (&registration.state, Direction::Write),
            ReadyFor::Priority => (registration.second(type_name::<S>()), Direction::Read),
            ReadyFor::Error => (registration.second(type_name::<S>()), Direction::Write),
        }
    }
}

/// Waits until one of these is believed ready, and returns what was seen of each. An error only if
/// none is.
fn wait_for_any<const N: usize>(
    mut waiters: [Option<SourceWaiter<'_>>; N],
) -> impl Future<Output = io::Result<Found>> {
    assert!(waiters.iter().any(Option::is_some), "nothing to wait for: it would last forever");
    poll_fn(move |cx| {
        let permit = ready!(budget::poll_proceed(cx));
        let (mut found, mut gone) = (Found::default(), None);
        for (seen, waiter) in found.seen.iter_mut().zip(&mut waiters) {
            match waiter.as_mut().map(|waiter| waiter.poll(cx)) {
                Some(Poll::Ready(Ok(now))) => *seen = Some(now),
                Some(Poll::Ready(Err(error))) => gone = Some(error),
                Some(Poll::Pending) | None => {}
            }
        }
        if found.seen.iter().any(Option::is_some) {
            permit.made_progress();
            return Poll::Ready(Ok(found));
        }
        gone.map_or(Poll::Pending, |error| Poll::Ready(Err(error)))
    })
}

impl Found {
    /// What it is ready for. Nothing, if that was not asked.
    pub fn get(&self, what: ReadyFor) -> Readiness {
        let Some(seen) = self.seen[what as usize] else { return Readiness::default() };
        Readiness { ready: seen.has(READY), closed: seen.has(CLOSED), error: seen.has(ERROR) }
    }
}

impl fmt::Debug for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(ALL.map(|what| (what, self.get(what)))).finish()
    }
}
