//! In which branch of a combinator does something happen?
//!
//! A `select!`, a `join!` or a `timeout` has a [`Scope`]. When it is first polled with a recorder
//! present, the scope draws a number, and each branch the next one. Records that are made while a
//! branch is polled have its number ([`Record::scope`](crate::Record::scope)), and the scope's own
//! record has that of the branch around it, so a reader can go up from scope to scope.
//!
//! Invariants: a scope is recorded again when it is polled by another task or in another branch,
//! and its end is recorded once, unless it ends on a thread that drives no runtime. Without a
//! recorder no number is drawn, and each function costs one conditional jump.

use crate::owner::{RowGuard, change};
use crate::running::{Around, Depth, RUNNING, Running, is_recording};
use crate::table::Row;
use crate::{Event, Id, ScopeKind, StoredId, emit, this_poll};

/// A combinator's number, or a local set's, once it is recorded.
#[derive(Debug, Default)]
pub struct Scope {
    id: StoredId,
    row: RowGuard,
}

impl Scope {
    /// The scope of something that has not been polled.
    pub const NEW: Scope = Scope { id: StoredId::NONE, row: RowGuard::NONE };

    /// The scope of something that already has this number.
    pub const fn of(id: Id) -> Scope {
        Scope { id: StoredId::of(id), row: RowGuard::NONE }
    }

    /// Something that has a number and no branches is polled.
    pub fn first_polled(&mut self, id: Id, what: ScopeKind) {
        if self.id.get().is_none() {
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
        if cfg!(feature = "causes") {
            match RUNNING.with(|running| running.depth.get()) {
                Depth::Nothing => {}
                Depth::State => _ = self.take_numbers(branches),
                Depth::Record => self.record(what, branches),
            }
        }
    }

    /// The poll that has started returns `Pending`. Only now it is worth a row (`table.rs`).
    #[inline]
    pub fn waits(&mut self, what: ScopeKind, branches: u32) {
        if cfg!(feature = "causes") && RUNNING.with(|it| it.depth.get()) == Depth::State {
            self.record(what, branches);
        }
    }

    /// Takes a number, and one for each branch.
    fn take_numbers(&mut self, branches: u32) -> Id {
        let scope = self.id.get().unwrap_or_else(|| Id::first_of(1 + branches));
        self.id = StoredId::of(scope);
        scope
    }

    #[cold]
    fn record(&mut self, what: ScopeKind, branches: u32) {
        let scope = self.take_numbers(branches);
        let by = RUNNING.with(Running::by);
        let moves = |row: &mut Row| {
            let Row::Scope(now) = row else { return false };
            let before = (now.by, now.around);
            (now.by, now.around) = (by.task, by.scope);
            before != (now.by, now.around)
        };
        match self.row.key.edit(moves) {
            Some(false) => {}
            Some(true) => emit(|| Event::Scope { scope, what, branches }),
            None => self.row = change(|| Event::Scope { scope, what, branches }),
        }
    }

    /// Until the guard is dropped, things happen in this branch.
    #[inline]
    pub fn branch(&self, branch: u32) -> Around {
        Around::within(self.id.get().map(|scope| scope.plus(1 + branch)))
    }

    /// Until the guard is dropped, things happen in the scope itself but in none of its branches.
    #[inline]
    pub fn within(&self) -> Around {
        Around::within(self.id.get())
    }

    /// The combinator is over: this branch has `won`, or ended it.
    #[inline]
    pub fn end(&mut self, won: Option<u32>) {
        if self.id.get().is_some() {
            self.record_end(won);
        }
    }

    #[cold]
    fn record_end(&mut self, won: Option<u32>) {
        self.id = StoredId::NONE;
        RUNNING.with(|running| running.scope_ended.set(this_poll()));
        let row = std::mem::take(&mut self.row);
        let now = |row: &mut Row| if let Row::Scope(now) = row { Some(*now) } else { None };
        let ended = if is_recording() { row.key.edit(now).flatten() } else { None };
        if let Some(now) = ended {
            emit(|| Event::ScopeEnd { scope: now.id, what: now.what, won });
        }
    }
}

/// The combinator is over without a winner.
impl Drop for Scope {
    #[inline]
    fn drop(&mut self) {
        self.end(None);
    }
}
