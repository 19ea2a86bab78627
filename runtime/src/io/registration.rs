//! How does a source join its runtime's selector, and leave it?
//!
//! It joins when it first has to wait, or sooner if the program makes the attempts itself
//! (`wait.rs`): it takes a place in the reactor's slab and then makes the system call. A source
//! that is dropped leaves the slab. The system forgets it with the last descriptor, so only if the
//! source's own was lent, and may have a duplicate, does leaving take a call, too.
//!
//! Interface: [`Registration`], [`SourceHandle`]. Not here: the slab (`reactor.rs`).

use std::collections::VecDeque;
use std::io;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock, Weak};

use kettle_events::{Direction, End, Event, StateLock, in_a_drop};
use mio::Token;

use super::reactor::Sources;
use super::readiness::{ANY, READY, SourceState, bits_of};
use crate::base::Call;

/// What ties a source to its runtime's selector.
pub(crate) struct Registration {
    pub(crate) sources: Arc<Sources>,
    pub(crate) state: Arc<SourceState>,
    /// Set once it has joined.
    token: OnceLock<Token>,
    /// Held while joining, so that two threads don't both join.
    joining: StateLock<()>,
    /// A duplicate of the descriptor may keep it in the selector.
    pub(super) lent: AtomicBool,
}

impl Registration {
    pub(crate) fn new(sources: Arc<Sources>, state: SourceState) -> Registration {
        let (state, token, joining) = (Arc::new(state), OnceLock::new(), StateLock::new(()));
        Registration { sources, state, token, joining, lent: AtomicBool::new(false) }
    }

    pub(crate) fn has_joined(&self) -> bool {
        self.token.get().is_some()
    }

    /// Joins, unless it has: `register` makes the system call. The event has the type's name.
    pub(crate) fn join(
        &self,
        type_name: &'static str,
        fd: Option<i32>,
        register: impl FnOnce(&Sources, Token) -> io::Result<()>,
    ) -> io::Result<()> {
        if self.has_joined() {
            return Ok(());
        }
        let _joining = self.joining.lock();
        if self.has_joined() {
            return Ok(());
        }
        // In the slab first: the first report may come before the system call has returned.
        let Some(token) = self.sources.insert(&self.state, last_name(type_name), fd)? else {
            // The runtime has ended. The attempt before was no error, but waiting will be.
            let mut none = VecDeque::new();
            self.state.end(&mut none);
            debug_assert!(none.is_empty(), "io/source.rs: a task waits only for a joined source");
            return Ok(());
        };
        if let Err(error) = register(&self.sources, token) {
            self.sources.remove(token);
            return Err(error);
        }
        let _ = self.token.set(token);
        Ok(())
    }
}

/// A source without its socket, for code that knows more about it than the selector does.
pub struct SourceHandle(pub(super) Arc<SourceState>, pub(super) Arc<Sources>);

impl SourceHandle {
    /// From now on `end` says what can still come to the source. One that is gone says no more.
    pub fn set_end(&self, end: Weak<dyn End>) {
        self.1.events.set_end(self.0.id, end);
    }

    /// Has an attempt found nothing, and nothing been reported since?
    pub fn is_cleared(&self, direction: Direction) -> bool {
        !self.0.look(direction).has(ANY)
    }

    /// Reports, as the selector does, that an attempt in this direction may succeed, or fail.
    pub fn report(&self, direction: Direction) {
        let (ready, mut due) = (Direction::ALL.map(|it| it == direction), VecDeque::new());
        self.1.events.emit(|| Event::SourceReady { source: self.0.id, ready, closed: false });
        self.0.report(bits_of(direction, READY), &mut due);
        due.into_iter().for_each(Call::wake);
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        let _line = in_a_drop();
        let Some(token) = self.token.get() else {
            return self.sources.events.emit(|| Event::SourceDrop { source: self.state.id });
        };
        #[cfg_attr(windows, allow(unused_variables))] // there the socket itself deregisters
        let fd = self.sources.remove(*token);
        #[cfg(unix)]
        if let (true, Some(fd)) = (*self.lent.get_mut(), fd) {
            let _ = self.sources.registry.deregister(&mut mio::unix::SourceFd(&fd));
        }
    }
}

/// A type's name without its path and its parameters.
pub(super) fn last_name(type_name: &'static str) -> &'static str {
    let name = type_name.split('<').next().unwrap_or(type_name);
    name.rsplit("::").next().unwrap_or(name)
}
