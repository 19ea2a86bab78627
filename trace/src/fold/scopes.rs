//! Which `select!`s, `join!`s and `timeout`s are open, and which is within which?
//!
//! The numbers after a scope's own are its branches; its record says in which branch of another one
//! it is. So what surrounds a branch is found by going up.

use std::collections::BTreeMap;

use kettle_events::Id;

#[derive(Clone, Debug, Default)]
pub(super) struct Scopes {
    /// By their numbers: how many branches each has, and the branch around it.
    open: BTreeMap<Id, (u32, Option<Id>)>,
}

impl Scopes {
    pub(super) fn begin(&mut self, scope: Id, branches: u32, around: Option<Id>) {
        self.open.insert(scope, (branches, around));
    }

    pub(super) fn end(&mut self, scope: Id) {
        self.open.remove(&scope);
    }

    /// Is this branch one of the scope's, or within one?
    pub(super) fn is_within(&self, branch: Option<Id>, scope: Id) -> bool {
        let mut branch = branch;
        // (A contradictory record must not lead around in a circle.)
        for _ in 0..self.open.len() {
            let Some((id, around)) = branch.and_then(|branch| self.of(branch)) else { break };
            if id == scope {
                return true;
            }
            branch = around;
        }
        false
    }

    fn of(&self, branch: Id) -> Option<(Id, Option<Id>)> {
        let (&scope, &(branches, around)) = self.open.range(..=branch).next_back()?;
        (branch.get() - scope.get() <= u64::from(branches)).then_some((scope, around))
    }
}
