//! What has the doctor's thread seen at its latest visits of a runtime?
//!
//! Interface: [`Visits`], counted by [`Visits::add`]; [`Visits::long_poll`] says how long a poll
//! has gone on, and how the thread spent that time. Elsewhere: the visits themselves (`watch.rs`).
//! Invariant: times are counted in visits, so that a process that was stopped isn't blamed.

use super::blocking_poll::{How, OngoingPoll};
use super::system::{PAUSE, Times};

/// A poll, or a sleep that only another thread could end, is reported when it has been the same for
/// this many visits. A loop with waits for locks is then woken.
pub(super) const VISITS_TO_REPORT: u32 = 7;

/// What the thread has seen at its latest visits, between which no poll has begun or ended.
#[derive(Debug, Default)]
pub(super) struct Visits {
    /// The number of beginnings and ends of polls at each of these visits.
    pub(super) polls: u64,
    /// How many visits these are, and how many there were in all.
    pub(super) count: u32,
    pub(super) all: u64,
    /// A bit for each of the latest visits, set if polls had begun or ended since the one before.
    pub(super) with_polls: u64,
    /// Was it told that the runtime hangs beside a heartbeat?
    pub(super) has_told: bool,
    /// The processor times of the runtime's thread at the first of them, or when last judged.
    times_before: Option<Times>,
    /// Was a missed readiness found at the visit before?
    pub(super) has_missed_readiness: bool,
}

impl Visits {
    /// Counts a visit, at which so many polls had begun or ended.
    pub(super) fn add(&mut self, polls: u64) {
        let has_polled = self.polls != polls;
        let with_polls = self.with_polls << 1 | u64::from(has_polled);
        if has_polled {
            let Visits { all, has_told, .. } = *self;
            *self = Visits { polls, all, has_told, ..Visits::default() };
        }
        self.with_polls = with_polls;
        self.count += 1;
        self.all += 1;
    }

    /// The poll that goes on, if it is to be reported now. `times` are the thread's times so far.
    pub(super) fn long_poll(&mut self, times: Option<Times>) -> Option<OngoingPoll> {
        if self.count == 1 {
            self.times_before = times;
        }
        if !self.count.is_multiple_of(VISITS_TO_REPORT) {
            return None;
        }
        let so_far = PAUSE * (self.count - 1); // it may have begun just before the first visit
        let times_before = std::mem::replace(&mut self.times_before, times);
        let (Some(before), Some(now)) = (times_before, times) else {
            return Some(OngoingPoll { so_far, how: How::Unknown });
        };
        let passed = PAUSE * (VISITS_TO_REPORT - 1);
        let on_processor = now.on.saturating_sub(before.on);
        let ready = now.ready.saturating_sub(before.ready); // but the processors were busy
        let asleep = passed.saturating_sub(on_processor + ready);
        if asleep >= passed / 2 {
            return Some(OngoingPoll { so_far, how: How::Asleep });
        }
        // On a busy machine, a thread that computes may get a processor only for a short time.
        let computes = on_processor >= PAUSE;
        if computes { Some(OngoingPoll { so_far, how: How::Computing }) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// The first visit may come just after the poll has begun, so the time before isn't counted.
    #[test]
    fn a_poll_is_not_said_to_have_gone_on_for_longer_than_it_has() {
        let mut visits = Visits::default();
        let mut found = Vec::new();
        for visit in 1..=VISITS_TO_REPORT {
            visits.add(1);
            let times = Times { on: PAUSE * visit, ready: Duration::ZERO };
            found.extend(visits.long_poll(Some(times)));
        }
        let so_far = Duration::from_millis(1_500); // 250 for each visit but the first
        assert_eq!(found, [OngoingPoll { so_far, how: How::Computing }]);
    }
}
