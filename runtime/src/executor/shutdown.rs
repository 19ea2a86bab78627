//! What happens when a loop leaves its thread, and when its runtime ends?
//!
//! Leaving: wakers are called and messages received, as many as in a turn, because `block_on`
//! should return promptly. The rest waits until a thread drives the runtime again. Ending: all
//! messages that are there are received, and every future is dropped at once, with its scheduler
//! current.
//!
//! Interface: `Executor::leave`, `Executor::shut_down`. Invariants: after `shut_down` no task is
//! alive and no new one is taken in. Once the inbox is closed too, every handle says cancelled or
//! has its output. A task elsewhere that waits for its timers or sockets gets an error or a panic.
//!
//! tokio: `OwnedTasks::close_and_shutdown_all`.

use std::future::pending;
use std::pin::pin;
use std::sync::atomic::Ordering;

use crossbeam_channel::never;
use kettle_events::{Cause, Event, Point, keeps, reason_at_end};

use super::Executor;
use crate::base::Call;
use crate::tasks::budget::{wake_all_deferred, wake_deferred};
use crate::tasks::current::{caused_by, flush_events, look_if, queued, with_scheduler};
use crate::tasks::{Scheduler, wake_some};

impl Executor {
    /// The loop is about to leave its thread.
    pub(crate) fn leave(&mut self) {
        self.end_work();
        wake_deferred();
        self.receive_messages();
        if with_scheduler(|scheduler| scheduler.closed) == Some(false) {
            look_if(reason_at_end());
            let tasks = self.parts.alive.load(Ordering::Relaxed);
            self.emit_counts(keeps(), |timers, sources| Event::RunEnd { tasks, timers, sources });
        }
        flush_events();
    }

    /// Ends all that the runtime holds.
    pub(crate) fn shut_down(&mut self) {
        (0..=self.messages.len() / self.event_interval).for_each(|_| self.receive_messages());
        with_scheduler(|scheduler| scheduler.closed = true);
        with_scheduler(Scheduler::abort_all);
        // An aborted future is dropped where it would have been polled.
        while queued() > 0 {
            let _ = self.poll_tasks(pin!(pending::<()>()));
        }
        // Dropping the futures may have sent messages and deferred wakers, and none of them makes a
        // new task. Further ones don't put off the end: no future is left that could wait for them.
        self.receive_messages();
        wake_all_deferred();
        // Wakers that one phase could not call are here already.
        self.parts.time.close(&mut self.due_wakers);
        self.parts.sources.close(&mut self.due_wakers);
        while !self.due_wakers.is_empty() {
            wake_some(Point::Source, &mut self.due_wakers, Call::wake);
        }
    }

    /// Closes the inbox for good. What is still in it is dropped here, with the scheduler current.
    pub(crate) fn close_inbox(&mut self) {
        caused_by(Cause::Runtime, || self.messages = never());
    }
}
