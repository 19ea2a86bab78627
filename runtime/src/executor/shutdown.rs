//! What happens when a loop leaves its thread, and when its runtime ends?
//!
//! When a loop leaves its thread, it calls only as many wakers and receives only as many messages
//! as in a turn, because `block_on` should return promptly. The rest waits until a thread drives
//! the runtime again. A runtime that ends receives all the messages still in its inbox and drops
//! every future at once, while its scheduler is current.
//!
//! Invariants: after `shut_down` no task is alive, no new one is taken in, and every handle has its
//! output or reports a cancelled task. A task of another runtime that waits for a timer or socket
//! of this one panics or gets an error (`tests/system/ends.rs`).

use std::future::pending;
use std::pin::pin;
use std::sync::atomic::Ordering;

use kettle_events::{Cause, Event, Point, When, is_time_to_look, is_watched};

use super::Executor;
use crate::base::Call;
use crate::tasks::budget::{wake_all_deferred, wake_deferred};
use crate::tasks::current::with_scheduler;
use crate::tasks::sink::{flush_events, look_if};
use crate::tasks::{Scheduler, caused_by, wake_some};

impl Executor {
    /// The loop is about to leave its thread.
    pub(crate) fn leave(&mut self) {
        wake_deferred();
        self.receive_messages();
        if with_scheduler(|scheduler| scheduler.closed) == Some(false) {
            self.count_busy();
            look_if(is_time_to_look(When::End), |_| {});
            let tasks = self.counts.alive.load(Ordering::Relaxed);
            let event = |timers, sources| Event::RunEnd { tasks, timers, sources };
            self.emit_counts(is_watched(), event);
        }
        flush_events();
    }

    /// Ends everything that the runtime holds, and closes its inbox for good.
    pub(crate) fn shut_down(&mut self) {
        (0..=self.messages.len() / self.event_interval).for_each(|_| self.receive_messages());
        let alive = self.counts.alive.load(Ordering::Relaxed);
        look_if(is_time_to_look(When::Shutdown(alive)), |_| {});
        with_scheduler(|scheduler| scheduler.closed = true);
        with_scheduler(Scheduler::abort_all);
        while with_scheduler(|scheduler| scheduler.queue.is_empty()) == Some(false) {
            let _ = self.poll_tasks(pin!(pending::<()>()));
        }
        // Dropping the futures may have sent messages and deferred wakers, which make no new task.
        // Later ones don't put off the end, because no future is left that could wait for them.
        self.receive_messages();
        wake_all_deferred();
        self.time.close(&mut self.due_wakers);
        self.reactor.sources.close(&mut self.due_wakers);
        while !self.due_wakers.is_empty() {
            wake_some(Point::Source, &mut self.due_wakers, Call::wake);
        }
        self.check_end();
        // A job that is waiting for an answer to its message learns at once that none will come, so
        // it doesn't delay the end. The messages are dropped while the scheduler is current.
        caused_by(Cause::Runtime, || self.messages = crossbeam_channel::never());
    }
}
