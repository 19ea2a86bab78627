//! How does a source join its runtime's selector, and leave it?
//!
//! It joins when it first has to wait: a place in the slab, then the system's call. (Sooner, if the
//! program makes the tries itself: `ready_for.rs`.) Dropped, it leaves the slab; the system forgets
//! it with the last descriptor.
//!
//! Priority data and errors are neither reading nor writing. A source that is asked for them has a
//! *second state*, where they take the place of the two. It is made when a program first asks, and
//! as a rule none does. In the events it is a source of its own.
//!
//! Interface: [`Registration`]; [`would_block`].
//!
//! Invariant: a second state hears of every report of the source, also of those that came before it
//! was made.
//!
//! Not here: the slab (`reactor.rs`), what is asked of the system (`source.rs`).
//!
//! tokio: `runtime/io/registration.rs`, `registration_set.rs`.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, OnceLock};

use kettle_events::{Direction, Event, Tried, emit};
use mio::{Registry, Token};
use parking_lot::Mutex;

use super::reactor::Sources;
use super::readiness::{Seen, SourceState};

pub(super) const BOTH: [Direction; 2] = [Direction::Read, Direction::Write];

/// What ties a source to its runtime's selector. It joins (slab and system) when the source first
/// has to wait, and leaves the slab when it is dropped.
pub(crate) struct Registration {
    pub(crate) sources: Arc<Sources>,
    pub(crate) state: Arc<SourceState>,
    /// For priority data and errors, once a program has asked for them.
    second: OnceLock<Arc<SourceState>>,
    /// Given once it has joined.
    token: OnceLock<Token>,
    /// Held while joining, so that two threads don't join it twice.
    joining: Mutex<()>,
}

impl Registration {
    pub(crate) fn new(sources: Arc<Sources>) -> Registration {
        let state = Arc::new(SourceState::new());
        let (second, token) = (OnceLock::new(), OnceLock::new());
        Registration { sources, state, second, token, joining: Mutex::new(()) }
    }

    /// Where a task waits for priority data (as if for reading) and for an error (as if for
    /// writing). The source has joined, or its runtime is over.
    pub(crate) fn second(&self, type_name: &'static str) -> &SourceState {
        self.second.get_or_init(|| self.make_second(last_name(type_name)))
    }

    fn make_second(&self, what: &'static str) -> Arc<SourceState> {
        let state = Arc::new(SourceState::new());
        let unseen = BOTH.map(|direction| state.look(direction));
        let insert = |token: &Token| self.sources.insert_second(*token, &state, what);
        let missed = self.token.get().and_then(insert);
        for (direction, seen) in BOTH.into_iter().zip(unseen) {
            would_block(&state, direction, seen);
        }
        let mut none = VecDeque::new();
        match missed {
            Some([0, 0]) => {}
            Some(bits) => self.sources.report(&state, bits, &mut none),
            None => state.end(&mut none),
        }
        debug_assert!(none.is_empty(), "a task waits where none could yet");
        state
    }

    pub(crate) fn has_joined(&self) -> bool {
        self.token.get().is_some()
    }

    /// Joins, unless it has: `register` does the system's part. The event calls it by its type.
    pub(crate) fn join(
        &self,
        type_name: &'static str,
        register: impl FnOnce(&Registry, Token) -> io::Result<()>,
    ) -> io::Result<()> {
        if self.has_joined() {
            return Ok(());
        }
        let _joining = self.joining.lock();
        if self.has_joined() {
            return Ok(());
        }
        // In the slab first: the first report may come before the system's call has returned.
        let Some(token) = self.sources.insert(&self.state, last_name(type_name)) else {
            // Too late. No error yet: it was tried, and would have blocked. Waiting will be one.
            let mut none = VecDeque::new();
            self.state.end(&mut none);
            debug_assert!(none.is_empty(), "a task waits on a source that never joined");
            return Ok(());
        };
        if let Err(error) = register(&self.sources.registry, token) {
            self.sources.remove(token);
            return Err(error);
        }
        let _ = self.token.set(token);
        Ok(())
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        if let Some(token) = self.token.get() {
            self.sources.remove(*token);
        }
    }
}

/// A source turns out not to be ready without a try of ours: it was not from the beginning, or the
/// program has tried. The events say it by a try all the same.
pub(super) fn would_block(state: &SourceState, direction: Direction, seen: Seen) {
    let (source, result) = (state.serial, Tried::WouldBlock);
    emit(|| Event::SourceTry { source, direction, result, bytes: None });
    state.would_block(direction, seen);
}

/// A type's name with neither its path nor what it is generic over.
fn last_name(type_name: &'static str) -> &'static str {
    let name = type_name.split('<').next().unwrap_or(type_name);
    name.rsplit("::").next().unwrap_or(name)
}
