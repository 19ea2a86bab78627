//! How far do the records go, and what has gone on since?
//!
//! Interface: [`Moment`], for the doctor's thread.

use std::time::Duration;

use kettle_events::{Deferral, Event, Place, Record};

use super::system::Thread;

/// How far the records go, and what has gone on since.
#[derive(Debug, Default)]
pub(super) struct Moment {
    /// Another one when something else goes on.
    pub(super) number: u64,
    pub(super) thread: Option<Thread>,
    pub(super) last: Option<Event>,
    pub(super) seq: u64,
    pub(super) time: Duration,
    /// A thread drives the runtime.
    pub(super) driven: bool,
    /// The clock has been seen to be paused.
    pub(super) paused: bool,
    /// The poll that goes on has spent its budget, and a waker was put off until the loop goes on.
    pub(super) spent: bool,
    /// Here, if that is known.
    pub(super) at: Option<Place>,
}

impl Moment {
    /// After these records. Is it another poll than before that goes on, or none? `polled`: some
    /// poll does.
    pub(super) fn goes_on(&mut self, records: &[Record], polled: bool) -> bool {
        let Some(last) = records.last() else { return true };
        for record in records {
            match record.event {
                Event::RunStart { paused } => {
                    (self.driven, self.paused) = (true, self.paused || paused);
                }
                Event::RunEnd { .. } => self.driven = false,
                Event::Advance { .. } => self.paused = true,
                _ => {}
            }
        }
        let polls =
            |it: &Record| matches!(it.event, Event::PollStart { .. } | Event::PollEnd { .. });
        let idle = |it: &Record| {
            matches!(it.event, Event::Park { .. } | Event::Unpark { .. } | Event::Turn { .. })
        };
        // The same one may have spent its budget, or filled the recorder's buffer. And a thread
        // that was unparked for nothing sleeps on.
        let parks = |event| matches!(event, Event::Park { .. });
        let sleeps_on = || {
            let before = self.last.filter(|last| parks(*last));
            let still = before == Some(last.event) || before.is_some() && !parks(last.event);
            still && records.iter().all(idle)
        };
        let same = if polled { !records.iter().any(polls) } else { sleeps_on() };
        if !same {
            (self.spent, self.at) = (false, None);
            self.number += 1;
            self.thread = self.thread.filter(Thread::is_this).or_else(Thread::this);
            (self.last, self.seq, self.time) = (Some(last.event), last.seq, last.time);
        }
        if let Event::Defer { why: Deferral::Budget } = last.event {
            (self.spent, self.at) = (true, last.at.place());
        }
        !same
    }
}

#[cfg(test)]
mod tests {
    use kettle_events::{Id, Outcome};

    use super::*;
    use crate::fixture::Script;

    /// It hands its records over again and again, and then its budget is spent: of the same poll
    /// all is told that is to be told.
    #[test]
    fn a_poll_that_goes_on_stays_the_same() {
        let main = Id::next();
        let mut moment = Moment::default();
        let mut goes_on = |event| {
            let mut script = Script::new();
            script.task(main).write(event);
            (moment.goes_on(&script.records, true), moment.number, moment.spent)
        };
        let more = Event::Note { text: "more" };
        let outcome = Outcome::Pending;
        let ends = Event::PollEnd { task: main, outcome };
        assert_eq!(goes_on(Event::PollStart { task: main }), (true, 1, false));
        assert_eq!(goes_on(ends), (true, 2, false), "of a task within it");
        assert_eq!(goes_on(more), (false, 2, false));
        assert_eq!(goes_on(Event::Defer { why: Deferral::Budget }), (false, 2, true));
        assert_eq!(goes_on(more), (false, 2, true));
    }
}
