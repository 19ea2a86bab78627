//! When does the sink get the events, and what do they say about waiting tasks?
//!
//! The loop hands the events to the runtime's sink after each poll and before each sleep. A *live*
//! sink also gets them as soon as a poll begins. The sink is user code: nothing is borrowed then.
//! Interface: [`flush_events`], [`flush_if_live`]; [`look_if`], [`record_clones`].

use kettle_events::{self as events, Cause, Event, Snapshot, emit};

use super::current::with_scheduler;
use super::scope::caused_by;

#[inline]
pub(crate) fn flush_events() {
    if events::is_recording() {
        caused_by(Cause::Runtime, events::flush);
    }
}

#[inline]
pub(super) fn flush_if_live() {
    if events::is_live() {
        caused_by(Cause::Runtime, events::flush);
    }
}

/// Shows the sink what exists now, if it is time to. The caller adds what it alone knows.
#[inline]
pub(crate) fn look_if(is_time: bool, add: impl FnOnce(&mut Snapshot)) {
    let fill = |now: &mut Snapshot| {
        add(now);
        with_scheduler(|scheduler| scheduler.fill(now));
    };
    if is_time {
        caused_by(Cause::Runtime, || events::look(fill));
    }
}

/// Records, before a sleep, how many clones are left of the wakers of tasks that are waiting for
/// something other than a timer, source or primitive of kettle's.
pub(crate) fn record_clones() {
    let silent = events::take_silent();
    let record = |(task, count, _)| emit(|| Event::Clones { task, count });
    if !silent.is_empty() {
        with_scheduler(|it| it.waiting().filter(|one| silent.contains(&one.0)).for_each(record));
    }
}
