//! Which `select!`s, `join!`s and `timeout`s are open, and which is within which?
//!
//! The numbers after a scope's own are its branches; its record says in which branch of another one
//! it is. So what surrounds a branch is found by going up.

use std::collections::BTreeMap;

use kettle_events::{Event, Id, ScopeKind};

/// The task that was polled, and in which branch of a scope.
pub(crate) type Here = (Option<Id>, Option<Id>);

#[derive(Clone, Debug, Default)]
pub(super) struct Scopes {
    /// By their numbers: what each is, how many branches it has, and where it was polled.
    open: BTreeMap<Id, (ScopeKind, u32, Here)>,
}

impl Scopes {
    pub(super) fn begin(&mut self, scope: Id, of: (ScopeKind, u32), here: Here) {
        self.open.insert(scope, (of.0, of.1, here));
    }

    pub(super) fn end(&mut self, scope: Id) {
        self.open.remove(&scope);
    }

    /// The open ones, as the events that began them.
    pub(super) fn all(&self) -> impl Iterator<Item = (Here, Event)> {
        let all = self.open.iter();
        all.map(|(&scope, &(what, branches, here))| (here, Event::Scope { scope, what, branches }))
    }

    /// Has this branch ended, or one around it?
    pub(super) fn is_over(&self, branch: Option<Id>) -> bool {
        let outermost = self.around(branch).last();
        outermost.map_or(branch, |(scope, ..)| self.open[&scope].2.1).is_some()
    }

    /// The scopes around this place, from the inside out: each with its kind, and in which of its
    /// branches that is.
    pub(super) fn around(&self, branch: Option<Id>) -> impl Iterator<Item = (Id, ScopeKind, u64)> {
        let mut branch = branch;
        // (A contradictory record must not lead around in a circle.)
        (0..self.open.len()).map_while(move |_| {
            let here = branch?;
            let (&scope, &(what, branches, (_, around))) = self.open.range(..=here).next_back()?;
            branch = around;
            let nth = here.get() - scope.get();
            (nth <= u64::from(branches)).then_some((scope, what, nth))
        })
    }
}
