//! Is each source where its token says?

use kettle_events::Direction;
use mio::Token;
use mio::event::Event;

use super::{CLOSED, ERROR, Members, READY, Sources, bits_of, index};
use crate::base::{VERIFIES, holds};
use crate::tasks::scheduler_checks::some;

const THERE: &str = "io/reactor.rs: a token leads to its source until that has left";
const SAYS: &str = "io/reactor.rs: each direction gets what the selector says of it";
const WAITS: &str = "io/readiness.rs: no task waits for a direction that is ready";

impl Sources {
    /// The begin of a turn: looks at some sources, and in the next turn at others.
    pub(crate) fn check(&self, turn: usize) {
        let members = self.members.lock();
        for key in some(turn, members.all.capacity()) {
            members.all.get(key).into_iter().for_each(|it| members.check(it.token, key));
        }
    }
}

impl Members {
    /// The source with this token is at `key`.
    pub(super) fn check(&self, token: Token, key: usize) {
        let state = self.get(token).map(|it| &it.state);
        holds(THERE, index(token) == key && state.is_some(), (token, key));
        let forgotten = || state?.forgets();
        holds(WAITS, !VERIFIES || forgotten().is_none(), token);
    }

    /// The source of this report has been told so, by these bits.
    pub(super) fn check_report(&self, report: &Event, bits: usize) {
        if VERIFIES {
            let told = |bit| Direction::ALL.map(|it| bits & bits_of(it, bit) != 0);
            let (error, closed) = (report.is_error(), report.is_read_closed());
            let ready = [report.is_readable(), report.is_writable(), report.is_priority(), error];
            holds(SAYS, told(READY) == ready, report);
            holds(SAYS, told(ERROR) == [error, error, false, false], report);
            holds(SAYS, told(CLOSED) == [closed, report.is_write_closed(), closed, false], report);
            self.check(report.token(), index(report.token()));
        }
    }

    pub(super) fn check_left(&self, token: Token) {
        holds(THERE, self.get(token).is_none(), token);
    }
}
