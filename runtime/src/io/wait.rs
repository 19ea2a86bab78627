//! How does a program wait until a source is ready, and make the attempts itself?
//!
//! It names the directions, waits, and gets what was found ([`Found`]). If an attempt then shows
//! that the source isn't ready, the program says so with [`Source::clear`].
//!
//! "An attempt may succeed" is no answer for a program that makes none: it may take the wait for
//! the fact that a connection was made, or that its peer has gone. So the source joins first, and
//! a report ends the wait, or an attempt that has succeeded. A source that is [`Source::joined`]
//! leaves all attempts to the program, so even an attempt waits for the first report.
//!
//! Interface: [`Found`], [`Readiness`]; the methods of [`Source`] that only wait. [`Source::io`]
//! does both in one call (`source.rs`).
//!
//! tokio: `Registration::readiness`, `ReadyEvent`.

use std::future::poll_fn;
use std::io;
use std::task::{Context, Poll, ready};

use kettle_events::Direction;

use super::readiness::{ANY, CLOSED, ERROR, READY, Seen, SourceWaiter, UNKNOWN};
use super::source::{Pollable, Source};
use crate::tasks::budget;

/// What a source is ready for in one direction, as far as is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Readiness {
    /// An operation may succeed.
    pub ready: bool,
    /// The other side has closed this direction: reading will find the end, writing an error.
    pub closed: bool,
    /// The source has an error.
    pub error: bool,
}

/// What a wait has found: the readiness of each direction asked for, and the reports that said so.
#[derive(Clone, Copy, Debug, Default)]
pub struct Found {
    /// By direction.
    seen: [Option<Seen>; 4],
}

impl<S: Pollable> Source<S> {
    /// Takes an unknown direction to be ready, as if an attempt had succeeded.
    pub fn assume_ready(&self, direction: Direction) {
        self.registration.state.succeeded(self.registration.state.look(direction));
    }

    /// Ends the wait of a task that will call `poll_*` no more, which nothing else says.
    pub fn give_up(&self, direction: Direction) {
        self.registration.state.give_up(direction);
    }

    /// Waits, as [`Source::poll_io`] does, until a direction is known to be ready.
    pub fn poll_ready(
        &self,
        direction: Direction,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<Found>> {
        let permit = ready!(budget::poll_proceed(cx));
        let seen = match self.refused(direction) {
            Some(seen) => seen?,
            None => ready!(self.waits(self.registration.state.poll_newest(direction, cx)))?,
        };
        permit.made_progress();
        let mut found = Found::default();
        found.seen[direction as usize] = Some(seen);
        Poll::Ready(Ok(found))
    }

    /// Waits, along with any number of tasks, until a direction is known to be ready or has been
    /// reported, though another task may have used that up. Fails only without such a direction.
    ///
    /// # Panics
    ///
    /// If no direction is given.
    pub fn ready(
        &self,
        directions: impl IntoIterator<Item = Direction>,
    ) -> impl Future<Output = io::Result<Found>> {
        let mut waiters = [const { None }; 4];
        for direction in directions {
            let waiter = SourceWaiter::new(&self.registration.state, direction);
            waiters[direction as usize] = Some(waiter);
        }
        assert!(waiters.iter().any(Option::is_some), "nothing to wait for: it would last forever");
        poll_fn(move |cx| {
            let permit = ready!(budget::poll_proceed(cx));
            let (mut found, mut failed) = (Found::default(), None);
            for waiter in waiters.iter_mut().flatten() {
                let refused = self.refused(waiter.direction);
                match refused.map_or_else(|| self.waits(waiter.poll_report(cx)), Poll::Ready) {
                    Poll::Ready(Ok(seen)) => found.seen[waiter.direction as usize] = Some(seen),
                    Poll::Ready(Err(error)) => failed = Some(error),
                    Poll::Pending => {}
                }
            }
            if found.is_empty() {
                return failed.map_or(Poll::Pending, |error| Poll::Ready(Err(error)));
            }
            permit.made_progress();
            Poll::Ready(Ok(found))
        })
    }

    /// Joins, so that there will be a report. `Some`: the selector refuses the source, and there
    /// will be none. An attempt that may succeed is all that such a source can offer.
    fn refused(&self, direction: Direction) -> Option<io::Result<Seen>> {
        let error = self.join().err()?;
        let seen = self.registration.state.look(direction);
        Some(if seen.has(ANY) { Ok(seen) } else { Err(error) })
    }

    /// The directions for which an attempt is worthwhile now, because it may succeed or because the
    /// runtime has ended. `None` if there is none.
    pub fn look(
        &self,
        directions: impl IntoIterator<Item = Direction>,
    ) -> io::Result<Option<Found>> {
        let mut found = Found::default();
        for direction in directions {
            let seen = self.state_of(direction)?.look(direction);
            found.seen[direction as usize] = seen.lets_try().then_some(seen);
        }
        Ok((!found.is_empty()).then_some(found))
    }

    /// Forgets what a wait has found in a direction, unless there has been a report since, so that
    /// the next wait is for the next report. That the other side has closed is never forgotten.
    ///
    /// # Errors
    ///
    /// The selector refuses the source, which joins now if it hasn't yet. Then nothing is
    /// forgotten, because the source would never be ready again.
    pub fn clear(&self, found: &Found, direction: Direction) -> io::Result<()> {
        let Some(seen) = found.seen[direction as usize] else { return Ok(()) };
        self.join()?;
        let state = &self.registration.state;
        if seen.has(CLOSED) {
            state.only_closed(seen);
        } else if state.look(direction).has(ANY) {
            state.would_block(seen);
        }
        Ok(())
    }
}

impl Found {
    fn is_empty(&self) -> bool {
        self.seen.iter().all(Option::is_none)
    }

    /// What a direction is ready for, or nothing if the wait was not for it.
    pub fn get(&self, direction: Direction) -> Readiness {
        let Some(seen) = self.seen[direction as usize] else { return Readiness::default() };
        let ready = seen.has(READY | UNKNOWN);
        Readiness { ready, closed: seen.has(CLOSED), error: seen.has(ERROR) }
    }
}
