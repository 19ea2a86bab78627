//! When is the loop idle, how long does it sleep, and which hooks does it call?
//!
//! The loop is idle when no task is ready and no waker is left to call. It announces its sleep to
//! the inbox, and stays awake if a message is there already. Only then does it ask for the first
//! deadline, and whether all blocking work has ended, because any later change unparks it.
//!
//! While the clock is paused, time jumps to the first deadline instead of passing. It doesn't jump
//! while blocking work has not ended, because that end can't be foreseen, nor if the selector,
//! asked for what is on its way, brings something, nor if a job's last message is in the inbox.
//!
//! Invariant: the sink is called before the sleep, and if it objects, or if it or the program's
//! hook wakes a task, the loop doesn't sleep.

use std::io;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use kettle_events::{Cause, Event, When, emit, is_time_to_look, take_veto};

use super::executor::{Executor, Hook, panic_if_objected};
use crate::tasks::current::with_scheduler;
use crate::tasks::sink::{flush_events, look_if, record_clones};
use crate::tasks::{caused_by, has_schedule};

/// How many entries a queue has room for after a burst: the loop gives back the rest before it
/// sleeps. A slab's entries can't move, so those of timers and sources go with the last entry.
const KEEP: usize = 1024;

impl Executor {
    pub(super) fn is_idle(&self) -> bool {
        let tasks_idle = with_scheduler(|scheduler| scheduler.is_idle()) != Some(false);
        tasks_idle && !self.timers_left && self.due_wakers.is_empty()
    }

    /// Asks the selector without waiting, and wakes the tasks of sources that are ready.
    pub(super) fn check_sockets(&mut self) {
        if self.reactor.sources.members.lock().len() > 0 {
            succeed(self.reactor.wait(Some(Duration::ZERO)));
            self.reactor.dispatch(&mut self.due_wakers);
        }
        self.wake_sources();
    }

    /// Sleeps between the program's two hooks, unless the first one wakes or spawns a task.
    pub(super) fn park(&mut self) {
        call(self.on_park.as_ref());
        has_schedule().then(|| self.check_sockets()); // before the sink is called
        if self.is_idle() && self.inbox.prepare_to_sleep() {
            self.sleep();
        } else {
            // A stream of messages that cause no poll must not delay the sockets either.
            self.check_sockets();
        }
        call(self.on_unpark.as_ref());
    }

    /// Sleeps until the next deadline, a socket or a message.
    fn sleep(&mut self) {
        with_scheduler(|scheduler| scheduler.shrink_to(KEEP));
        self.due_wakers.shrink_to(KEEP);
        let until = self.time.sleep_until();
        let left = |this: &Executor| until.map(|tick| this.time.clock.until(tick));
        let for_good = until.is_none() && self.inbox.jobs.load(Ordering::Acquire) == 0;
        let next = if for_good { Duration::MAX } else { Duration::from_millis(until.unwrap_or(0)) };
        look_if(is_time_to_look(When::Asleep { for_good }), |now| {
            now.for_good = for_good;
            now.fired_before(next);
        });
        record_clones();
        emit(|| Event::Park { timeout: left(self) });
        flush_events();
        let veto = take_veto();
        // The plan is made only now, because the sink took time.
        match left(self) {
            // Ask: the sink has objected, or it has woken a task.
            _ if veto.is_some() || !self.is_idle() => self.wait(Some(Duration::ZERO)),
            // Jump: the paused clock moves to the deadline, if the selector brings nothing.
            Some(_) if self.time.clock.is_paused() => self.jump(),
            left => self.wait(left),
        }
        look_if(is_time_to_look(When::Awake), |now| now.fired_before(next));
        let (events, unparked) = (self.reactor.reports(), self.reactor.unparked());
        emit(|| Event::Unpark { events, unparked });
        self.reactor.dispatch(&mut self.due_wakers);
        self.wake_sources();
        panic_if_objected(veto);
    }

    fn jump(&mut self) {
        self.wait(Some(Duration::from_secs(self.reactor.sources.events.is_any_coming().into())));
        // The sink may have started a blocking job.
        if self.inbox.is_quiet() && self.reactor.reports() == 0 && self.is_idle() {
            self.time.jump_to_next_deadline();
        }
    }

    /// Waits in the selector, which counts as a sleep.
    fn wait(&mut self, timeout: Option<Duration>) {
        self.check_sleep(timeout);
        self.count_busy();
        self.counts.sleeps.fetch_add(1, Ordering::Relaxed);
        let waited = self.reactor.wait(timeout);
        self.counts.sleeps.fetch_add(1, Ordering::Relaxed);
        self.busy_since = Instant::now();
        self.inbox.awake();
        self.check_awake();
        succeed(waited);
    }

    /// The loop goes to sleep, or leaves its thread.
    pub(super) fn count_busy(&self) {
        let busy = u64::try_from(self.busy_since.elapsed().as_nanos()).unwrap_or(u64::MAX);
        self.counts.busy.store(self.counts.busy.load(Ordering::Relaxed) + busy, Ordering::Relaxed);
    }
}

/// Panics if the selector has failed, or can't be made to end a sleep: the loop would spin or hang.
fn succeed(waited: io::Result<()>) {
    waited.unwrap_or_else(|error| panic!("the operating system's selector failed: {error}"));
}

/// A hook may do what a task may. A panic in it ends `block_on`.
fn call(hook: Option<&Hook>) {
    if let Some(hook) = hook {
        caused_by(Cause::Runtime, || hook());
    }
}
