//! When is the loop idle, until when does it sleep, and which hooks does it call?
//!
//! When no task is ready and no waker is left to call. It says to the inbox that it is about to
//! sleep, which a message prevents, and then looks: has the last blocking job ended, and when is
//! the first deadline? What changes after that unparks it. Then it waits in the selector.
//!
//! With the clock paused, time jumps to the first deadline instead of passing. Not while blocking
//! work is out, because its end can't be foreseen; and not if the selector, asked without
//! waiting, brings something to do. The order of the looks matters: first the count of blocking
//! jobs, then the inbox, then the deadline. A job that ends sends its messages first and lowers the
//! count after that, so a count of zero means that its messages are in the inbox. The count is read
//! once more when the loop has said that it sleeps: a job whose handle is not awaited sends none.
//!
//! Interface: `Executor::park`, `Executor::check_sockets`. Invariants: a sink is called before the
//! sleep; if it objects, or if it or the program's hook wakes a task, the loop does not sleep.
//!
//! tokio: `Context::park` and the stack of drivers under it.

use std::io;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use kettle_events::{Cause, Event, emit, take_objection};

use super::executor::{Executor, Hook, heed};
use crate::io::Polled;
use crate::tasks::current::{self, flush_events, in_step, with_scheduler};

/// Room for this many entries is kept after a burst.
const KEEP: usize = 1024;

impl Executor {
    /// Is there nothing to do but wait?
    pub(super) fn is_idle(&self) -> bool {
        current::is_idle() && !self.timers_left && self.due_sources.is_empty()
    }

    /// Asks the selector without waiting, if anything is registered there.
    pub(super) fn check_sockets(&mut self) {
        if !self.parts.sources.members().is_empty() {
            succeed(self.reactor.wait(Some(Duration::ZERO)));
            self.reactor.dispatch(&mut self.due_sources);
        }
        self.wake_sources();
    }

    /// Sleeps between the program's two hooks. It doesn't if the first one wakes or spawns a task.
    pub(super) fn park(&mut self) {
        call(self.hooks.before.as_ref());
        if self.is_idle() {
            self.sleep();
        } else {
            self.check_sockets();
        }
        call(self.hooks.after.as_ref());
    }

    /// Sleeps until the next deadline, a socket or a message.
    fn sleep(&mut self) {
        self.shrink();
        let blocking = self.parts.blocking.load(Ordering::Acquire) > 0;
        if !self.parts.inbox.prepare_to_sleep() {
            // Messages come first. The look is for the sockets: a stream of messages that cause no
            // poll must not delay them.
            return self.check_sockets();
        }
        // A job that has ended since that look found the loop awake, and did not unpark it.
        let job_ended = blocking && self.parts.blocking.load(Ordering::Acquire) == 0;
        let sleep = self.parts.time.next_sleep();
        // A paused clock jumps to the deadline. While a blocking job is out it does not, and no
        // deadline ends the sleep: that job's end does, or a message, or a socket.
        let limit = |left| if sleep.paused && blocking { None } else { left };
        emit(|| Event::Park { timeout: limit(self.parts.time.left(sleep)) });
        flush_events();
        let objection = take_objection();
        let left = self.parts.time.left(sleep); // only now: the sink may have taken its time
        let jump = sleep.paused && !blocking && left.is_some() && objection.is_none();
        self.end_work();
        let due = left == Some(Duration::ZERO);
        let awake = jump || due || job_ended || objection.is_some() || !self.is_idle();
        self.parts.sleeps.fetch_add(1, Ordering::Relaxed);
        let waited = self.reactor.wait(if awake { Some(Duration::ZERO) } else { limit(left) });
        self.parts.sleeps.fetch_add(1, Ordering::Relaxed);
        succeed(waited);
        if jump && self.nothing_came() {
            self.parts.time.jump_to_next_deadline();
        }
        emit(|| {
            let Polled { reports, unparked } = self.reactor.polled();
            Event::Unpark { events: reports, unparked }
        });
        self.busy_since = Some(Instant::now());
        self.reactor.dispatch(&mut self.due_sources);
        self.parts.inbox.awake();
        self.wake_sources();
        heed(objection);
    }

    /// Was there still nothing to do, just before a jump? (The sink may have begun a blocking job.)
    fn nothing_came(&self) -> bool {
        let blocking = self.parts.blocking.load(Ordering::Acquire) > 0;
        let no_message = self.parts.inbox.len() == 0;
        !blocking && self.reactor.polled().reports == 0 && no_message && self.is_idle()
    }

    /// Counts how long the loop was awake, as it goes to sleep or leaves.
    pub(super) fn end_work(&mut self) {
        let busy = self.busy_since.take().map_or(Duration::ZERO, |since| since.elapsed());
        let nanos = u64::try_from(busy.as_nanos()).unwrap_or(u64::MAX);
        self.parts.busy.fetch_add(nanos, Ordering::Relaxed);
    }

    /// Gives back what a burst has grown. (The wheel and the sources' slab do so by themselves.)
    fn shrink(&mut self) {
        with_scheduler(|scheduler| scheduler.shrink_to(KEEP));
        self.due_sources.shrink_to(KEEP);
        self.parts.inbox.shrink_to(KEEP);
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
        in_step(Cause::Runtime, || hook());
    }
}
