//! When is there a reason to look?
//!
//! A sink that wants records only now and then (`state.rs`) gets them when a poll has run for too
//! long, when a future was dropped unpolled, when the loop falls asleep and nothing of its own can
//! end the sleep, when a run ends while something is held and waited for, and when a watching
//! thread asks.
//!
//! Interface: [`PollRecord`], around each poll; [`reason_asleep`], [`reason_at_end`], [`unpolled`].
//! The runtime, which knows its tasks, calls [`look`](crate::look) when there is a reason.

use std::panic::Location;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

use crate::running::{Depth, RUNNING, rests, running, with_remote};
use crate::state::{ASKED, By, Lasting};
use crate::thread::{record, with_recorder};
use crate::{At, Event, Id, Outcome, Place, emit, keeps};

/// A poll that takes this long is a reason to look.
const LONG: Duration = Duration::from_millis(200);

/// Records a poll until it is dropped.
#[derive(Debug)]
pub struct PollRecord {
    task: Id,
    place: Place,
    outcome: Outcome,
    began: Instant,
    /// What was running around the poll, and the line where it is waiting.
    around: (By, At),
}

impl PollRecord {
    /// A poll begins, and makes `task` the running one. `None` without a recorder.
    #[inline]
    #[track_caller]
    pub fn begin(task: Id) -> Option<PollRecord> {
        if keeps() { Some(PollRecord::of(task, Location::caller())) } else { None }
    }

    fn of(task: Id, place: Place) -> PollRecord {
        let began = Instant::now();
        let around = RUNNING.with(|it| {
            it.count(1, 0);
            it.scope_ended.set(false);
            with_remote(|remote| remote.state.lock().poll_begins(task, began));
            let around = (it.get(), it.waits.take());
            it.set(By { task: Some(task), ..By::NOBODY });
            if let Depth::Record = it.depth.get() {
                record(Event::PollStart { task }, place);
            }
            around
        });
        PollRecord { task, place, outcome: Outcome::Panicked, began, around }
    }

    /// The poll is about to end: is there a reason to look at it?
    pub fn reason(&self) -> bool {
        (self.began.elapsed() >= LONG || ASKED.load(Relaxed) > 0) && rests()
    }

    /// The poll has ended without a panic.
    pub fn end(mut self, outcome: Outcome) {
        self.outcome = outcome;
    }
}

/// What was running around the poll goes on.
impl Drop for PollRecord {
    fn drop(&mut self) {
        let PollRecord { task, place, outcome, around: (around, waits), .. } = *self;
        RUNNING.with(|it| {
            if let Depth::Record = it.depth.get() {
                record(Event::PollEnd { task, outcome }, place);
            }
            with_remote(|it| it.state.lock().poll_ends(task, !matches!(outcome, Outcome::Pending)));
            it.set(around);
            it.waits.set(waits);
            it.count(0, u32::from(around.task.is_none()));
        });
    }
}

/// Is there a reason to look at the loop as it falls asleep? `for_good`: only a source or another
/// thread can end the sleep.
pub fn reason_asleep(for_good: bool) -> bool {
    rests() && with_recorder(|it| it.reason_asleep(for_good)) == Some(true)
}

/// Is there a reason to look at a run that is ending, because something is held and waited for?
pub fn reason_at_end() -> bool {
    rests() && with_remote(|it| it.is_contended(Duration::ZERO)) == Some(true)
}

/// A future of kettle's was dropped unpolled, which is a reason to look unless a combinator dropped
/// it at its own end.
#[cold]
#[track_caller]
pub fn unpolled(at: Place, kept: bool) {
    if rests() && (kept || RUNNING.with(|it| it.scope_ended.get())) {
        return;
    }
    let (event, place, by) = (Event::Unpolled { at, kept }, Location::caller(), running());
    if rests() {
        with_remote(|remote| {
            let since = remote.now();
            remote.state.lock().unpolled.push(Lasting { event, place, by, since });
            remote.ask();
        });
    }
    emit(|| event);
}
