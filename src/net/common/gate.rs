//! What does an operation meet at one end of a connection on which faults come?
//!
//! An open [`Gate`] lets it through. After a cut it fails, as the system has it: the first one says
//! so, later ones find the end. In a silence it can write, but finds nothing to read: for good, or
//! until a timer fires, which reports the end.

use std::io::{self, ErrorKind};
use std::mem;
use std::sync::{Arc, Weak};
use std::task::{Context, Wake, Waker};
use std::time::Duration;

use kettle_runtime::event::{Direction, Id, StateLock};
use kettle_runtime::{SourceHandle, Timer, choices, clock};

/// A source's number in events, and what is known of it here.
pub(crate) type Source = (Id, SourceHandle);

#[derive(Default)]
pub(super) struct Gate(StateLock<State>);

#[derive(Default)]
enum State {
    #[default]
    Open,
    /// What was sent before may still be read, or not.
    Cut { drains: bool },
    /// One operation has failed.
    Over,
    /// Since this choice, and for good without a timer.
    Silent(u64, Option<Timer>),
}

impl Gate {
    pub(super) fn is_open(&self) -> bool {
        matches!(*self.0.lock(), State::Open)
    }

    /// Since which choice?
    pub(super) fn silent_since(&self) -> Option<u64> {
        if let State::Silent(since, _) = *self.0.lock() { Some(since) } else { None }
    }

    pub(super) fn cut(&self, drains: bool) {
        self.set(State::Cut { drains });
    }

    pub(super) fn falls_silent(&self, time: Option<Duration>) {
        let timer = time.map(|time| Timer::new(clock::now() + time));
        self.set(State::Silent(choices().unwrap_or_default(), timer));
    }

    /// A timer cancels itself without the lock.
    fn set(&self, state: State) {
        let before = mem::replace(&mut *self.0.lock(), state);
        drop(before);
    }

    /// Is an operation let through at this source, where something is there to be read or not? If
    /// not, it finds the end.
    pub(super) fn passes(
        &self,
        direction: Direction,
        is_there: bool,
        source: &Arc<Source>,
    ) -> io::Result<bool> {
        let writes = direction == Direction::Write;
        let (since, mut timer) = match &mut *self.0.lock() {
            State::Open => return Ok(true),
            State::Cut { drains } if *drains && is_there => return Ok(true),
            state @ State::Cut { .. } => {
                *state = State::Over;
                return Err(ErrorKind::ConnectionReset.into());
            }
            State::Over if writes => return Err(ErrorKind::BrokenPipe.into()),
            State::Over => return Ok(false),
            State::Silent(..) if writes => return Ok(true),
            State::Silent(since, timer) => (*since, timer.take()),
        };
        let waker = Waker::from(Arc::new(Reports(Arc::downgrade(source))));
        let cx = &mut Context::from_waker(&waker);
        if timer.as_mut().is_some_and(|timer| timer.poll(cx).is_ready()) {
            self.set(State::Open);
            return Ok(true);
        }
        self.set(State::Silent(since, timer));
        Err(ErrorKind::WouldBlock.into())
    }
}

/// The waker of a silence that ends.
struct Reports(Weak<Source>);

impl Wake for Reports {
    fn wake(self: Arc<Self>) {
        self.0.upgrade().into_iter().for_each(|source| source.1.report(Direction::Read));
    }
}
