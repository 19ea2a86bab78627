//! Which `select!`s, `join!`s and `timeout`s are open, and which is inside which?
//!
//! Each is a *scope*: a future with branches. The branches have the numbers that follow the scope's
//! own: scope 7 with two branches has the branches 8 and 9. A scope that is inside a branch of
//! another one stores that branch as `around`; a scope that the task itself awaits has `None`. So
//! [`Scopes::is_over`] can walk from a branch outwards to the task.

use std::collections::BTreeMap;

use kettle_events::{Id, ScopeNow};

/// The scopes that records have opened and not ended.
#[derive(Clone, Debug, Default)]
pub(super) struct Scopes {
    pub(super) open: BTreeMap<Id, ScopeNow>,
}

impl Scopes {
    /// Has the scope of this branch ended, or one around it?
    pub(super) fn is_over(&self, mut branch: Option<Id>) -> bool {
        // The number of steps is limited, because a contradictory record could lead in a circle.
        for _ in 0..self.open.len() {
            let Some(scope) = branch.and_then(|id| self.scope_with(id)) else { break };
            branch = scope.around;
        }
        // `None`: the walk has reached the task. Otherwise it ended at a branch of no open scope.
        branch.is_some()
    }

    /// The open scope that has this branch.
    fn scope_with(&self, branch: Id) -> Option<&ScopeNow> {
        let (id, scope) = self.open.range(..=branch).next_back()?;
        (branch.get() - id.get() <= u64::from(scope.branches)).then_some(scope)
    }
}
