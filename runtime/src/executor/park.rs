//! When is the loop idle, until when does it sleep, and which hooks does it call?
//!
//! When no task is ready and no waker is left to call. It says to the inbox that it is about to
//! sleep, which a message prevents, and then asks: has all blocking work ended, and when is the
//! first deadline? What changes after that unparks it. Then it waits in the selector.
//!
//! With the clock paused, time jumps to the first deadline instead of passing. It doesn't while
//! blocking work has not ended, because that end can't be foreseen; nor if the selector, asked
//! without waiting, brings something to do; nor if a job has just ended and its last message is in
//! the inbox.
//!
//! Interface: `Executor::park`, `Executor::check_sockets`. Invariants: a sink is called before the
//! sleep; if it objects, or if it or the program's hook wakes a task, the loop does not sleep.
//!
//! tokio: `Context::park` and the stack of drivers under it.

use std::io;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use kettle_events::{Cause, Event, emit, reason_asleep, take_veto};

use super::executor::{Executor, Hook, panic_if_objected};
use crate::tasks::current::{self, caused_by, flush_events, look_if, tell_clones};

/// What a burst has grown is given back, but for room for this many entries: a queue's before each
/// sleep, a slab's with its last entry, because entries can't move.
const KEEP: usize = 1024;

impl Executor {
    /// Is there nothing to do but wait?
    pub(super) fn is_idle(&self) -> bool {
        current::is_idle() && !self.timers_left && self.due_wakers.is_empty()
    }

    /// Asks the selector without waiting, if anything is registered there.
    pub(super) fn check_sockets(&mut self) {
        if self.parts.sources.members().len() > 0 {
            succeed(self.reactor.wait(Some(Duration::ZERO)));
            self.reactor.dispatch(&mut self.due_wakers);
        }
        self.wake_sources();
    }

    /// Sleeps between the program's two hooks. It doesn't if the first one wakes or spawns a task.
    pub(super) fn park(&mut self) {
        call(self.on_park.as_ref());
        if self.is_idle() && self.parts.inbox.prepare_to_sleep() {
            self.sleep();
        } else {
            // Also for messages: a stream of them that causes no poll must not delay the sockets.
            self.check_sockets();
        }
        call(self.on_unpark.as_ref());
    }

    /// Sleeps until the next deadline, a socket or a message.
    fn sleep(&mut self) {
        current::shrink_to(KEEP);
        self.due_wakers.shrink_to(KEEP);
        let sleep = self.parts.time.next_sleep();
        // A paused clock is frozen while a blocking job has not ended. Then a deadline ends the
        // sleep only if it is past; otherwise the job's end does, or a message, or a socket.
        let frozen = sleep.paused && self.parts.inbox.jobs.load(Ordering::Acquire) > 0;
        let ends = |left: &Duration| left.is_zero() || !frozen;
        let timeout = self.parts.time.left(sleep).filter(ends);
        let for_good = timeout.is_none() && self.parts.inbox.jobs.load(Ordering::Acquire) == 0;
        look_if(reason_asleep(for_good));
        tell_clones();
        emit(|| Event::Park { timeout });
        flush_events();
        let veto = take_veto();
        let left = self.parts.time.left(sleep).filter(ends); // the sink may have taken its time
        let jump = sleep.paused && left.is_some(); // to that deadline, instead of a sleep
        let awake = jump || veto.is_some() || !self.is_idle(); // the selector is only asked
        self.wait(if awake { Some(Duration::ZERO) } else { left });
        if jump && veto.is_none() && self.still_idle() {
            self.parts.time.jump_to_next_deadline();
        }
        let reactor = &self.reactor;
        emit(|| Event::Unpark { events: reactor.reports(), unparked: reactor.unparked() });
        self.reactor.dispatch(&mut self.due_wakers);
        self.wake_sources();
        panic_if_objected(veto);
    }

    /// Waits in the selector, and counts that as a sleep.
    fn wait(&mut self, timeout: Option<Duration>) {
        self.end_work();
        self.parts.sleeps.fetch_add(1, Ordering::Relaxed);
        let waited = self.reactor.wait(timeout);
        self.parts.sleeps.fetch_add(1, Ordering::Relaxed);
        self.busy_since = Some(Instant::now());
        self.parts.inbox.awake();
        succeed(waited);
    }

    /// Is there still nothing to do, just before a jump? (The sink may have begun a blocking job.)
    fn still_idle(&self) -> bool {
        self.parts.inbox.is_quiet() && self.reactor.reports() == 0 && self.is_idle()
    }

    /// Counts how long the loop was awake, as it goes to sleep or leaves.
    pub(super) fn end_work(&mut self) {
        let busy = self.busy_since.take().map_or(Duration::ZERO, |since| since.elapsed());
        let nanos = u64::try_from(busy.as_nanos()).unwrap_or(u64::MAX);
        self.parts.busy.fetch_add(nanos, Ordering::Relaxed);
    }
}

/// # Panics
///
/// If the selector has failed, or can't be made to end a sleep: the loop would hang or spin.
fn succeed(waited: io::Result<()>) {
    if let Err(error) = waited {
        panic!("the operating system's selector failed: {error}");
    }
}

/// A hook may do what a task may. A panic in it ends `block_on`.
fn call(hook: Option<&Hook>) {
    if let Some(hook) = hook {
        caused_by(Cause::Runtime, || hook());
    }
}
