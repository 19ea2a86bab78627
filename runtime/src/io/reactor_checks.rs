//! Is each source where its token says?

use mio::Token;

use super::{Members, Sources, index};
use crate::base::holds;
use crate::tasks::scheduler_checks::some;

const THERE: &str = "io/reactor.rs: a token leads to its source until that has left";
const WAITS: &str = "io/readiness.rs: no task waits for a direction that is ready";

impl Sources {
    /// The begin of a turn: looks at some sources, and in the next turn at others.
    pub(crate) fn check(&self, turn: usize) {
        let members = self.members();
        for key in some(turn, members.all.capacity()) {
            let Some(member) = members.all.get(key) else { continue };
            members.check(member.token, key);
            let forgotten = member.state.forgets();
            holds(WAITS, forgotten.is_none(), (member.state.id, forgotten));
        }
    }
}

impl Members {
    /// The source with this token is at `key`.
    pub(super) fn check(&self, token: Token, key: usize) {
        holds(THERE, index(token) == key && self.get(token).is_some(), (token, key));
    }

    pub(super) fn check_left(&self, token: Token) {
        holds(THERE, self.get(token).is_none(), token);
    }
}
