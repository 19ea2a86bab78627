//! Which `select!`s, `join!`s and `timeout`s are open, and which is inside of which?
//!
//! The numbers after a scope's own are its branches, and its record names the branch of another
//! scope that it is in. So the scopes around a branch are found by going up.

use std::collections::BTreeMap;

use kettle_events::{Event, Id, ScopeNow};

/// The task that was polled, and in which branch of a scope.
pub(crate) type Here = (Option<Id>, Option<Id>);

/// The open ones, by their numbers.
#[derive(Clone, Debug, Default)]
pub(super) struct Scopes(pub(super) BTreeMap<Id, ScopeNow>);

impl Scopes {
    /// All of them, as the events that began them.
    pub(super) fn all(&self) -> impl Iterator<Item = (Here, Event)> {
        self.0.values().map(|&ScopeNow { id: scope, what, branches, around, by }| {
            ((by, around), Event::Scope { scope, what, branches })
        })
    }

    /// Has this branch ended, or one around it?
    pub(super) fn is_over(&self, mut branch: Option<Id>) -> bool {
        // (A contradictory record must not lead around in a circle.)
        for _ in 0..self.0.len() {
            let around = branch.and_then(|here| self.of(here)).map(|scope| scope.around);
            let Some(around) = around else { break };
            branch = around;
        }
        branch.is_some()
    }

    /// The scope that has this branch, unless it is over.
    fn of(&self, branch: Id) -> Option<&ScopeNow> {
        let (id, scope) = self.0.range(..=branch).next_back()?;
        (branch.get() - id.get() <= u64::from(scope.branches)).then_some(scope)
    }
}
