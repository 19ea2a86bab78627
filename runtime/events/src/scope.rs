//! In which branch of a combinator does something happen?
//!
//! A `select!`, a `join!` or a `timeout` keeps a [`Scope`]. The scope takes a number, and each
//! branch the next one, when the combinator is first polled with a recorder present. While a branch
//! is being polled, the records carry its number ([`Record::scope`](crate::Record::scope)), and the
//! scope's own record has the number of the branch that the scope is in. So a reader finds all
//! branches around an event by going up from scope to scope.
//!
//! Invariants: a scope is recorded again when it is polled by another task or in another branch,
//! and its end is recorded once, unless it ends on a thread that drives no runtime. Without a
//! recorder no number is taken, and each function costs one conditional jump.

use crate::kept::{Kept, change};
use crate::running::{Around, RUNNING, keeps_state_only, running};
use crate::table::Entry;
use crate::{Event, Id, KeptId, ScopeKind, emit, is_recording, is_watched};

/// A combinator's number, or a local set's, once it is recorded.
#[derive(Debug, Default)]
pub struct Scope(KeptId, Kept);

impl Scope {
    /// The scope of something that has not been polled.
    pub const NEW: Scope = Scope(KeptId::NONE, Kept::NONE);

    /// The scope of something that already has this number.
    pub const fn of(id: Id) -> Scope {
        Scope(KeptId::of(id), Kept::NONE)
    }

    /// Something that has a number and no branches is polled, perhaps for the first time.
    pub fn first_polled(&mut self, id: Id, what: ScopeKind) {
        if self.0.get().is_none() {
            *self = Scope::of(id);
            self.polled(what, 0);
        }
    }

    /// The combinator is being polled and has this many branches.
    #[inline]
    pub fn polled(&mut self, what: ScopeKind, branches: u32) {
        self.starts(what, branches);
        self.waits(what, branches);
    }

    /// The same for a combinator that is often ready at once. If it isn't, it has to call `waits`.
    #[inline]
    pub fn starts(&mut self, what: ScopeKind, branches: u32) {
        if cfg!(feature = "causes") && is_watched() {
            self.take_numbers(branches);
            if is_recording() {
                self.record(what, branches);
            }
        }
    }

    /// The poll that has started returns `Pending`. Until then a table needs no entry.
    #[inline]
    pub fn waits(&mut self, what: ScopeKind, branches: u32) {
        if cfg!(feature = "causes") && keeps_state_only() {
            self.record(what, branches);
        }
    }

    /// Takes a number, and one for each branch.
    fn take_numbers(&mut self, branches: u32) -> Id {
        let scope = self.0.get().unwrap_or_else(|| Id::first_of(1 + branches));
        self.0 = KeptId::of(scope);
        scope
    }

    #[cold]
    fn record(&mut self, what: ScopeKind, branches: u32) {
        let scope = self.take_numbers(branches);
        let by = running();
        let moves = |entry: &mut Entry| match entry {
            Entry::Scope(now) => {
                let before = (now.by, now.around);
                (now.by, now.around) = (by.task, by.scope);
                before != (now.by, now.around)
            }
            _ => false,
        };
        match self.1.key().change(moves) {
            Some(false) => {}
            Some(true) => emit(|| Event::Scope { scope, what, branches }),
            None => self.1 = change(|| Event::Scope { scope, what, branches }),
        }
    }

    /// Until the guard is dropped, things happen in this branch.
    #[inline]
    pub fn branch(&self, branch: u32) -> Around {
        Around::within(self.0.get().map(|scope| scope.plus(1 + branch)))
    }

    /// Until the guard is dropped, things happen in the scope itself but in none of its branches.
    #[inline]
    pub fn within(&self) -> Around {
        Around::within(self.0.get())
    }

    /// The combinator is over: this branch has `won`, or ended it.
    #[inline]
    pub fn end(&mut self, won: Option<u32>) {
        if self.0.get().is_some() {
            self.ends(won);
        }
    }

    #[cold]
    fn ends(&mut self, won: Option<u32>) {
        self.0 = KeptId::NONE;
        RUNNING.with(|it| it.scope_ended.set(true));
        if is_recording() {
            let now = |entry: &mut Entry| match entry {
                Entry::Scope(now) => Some((now.id, now.what)),
                _ => None,
            };
            if let Some((scope, what)) = self.1.key().change(now).flatten() {
                emit(|| Event::ScopeEnd { scope, what, won });
            }
        }
        self.1.end();
    }
}

/// The combinator is over without a winner.
impl Drop for Scope {
    #[inline]
    fn drop(&mut self) {
        self.end(None);
    }
}
