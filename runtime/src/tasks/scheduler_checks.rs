//! Do the slots and the run queue agree, and is what was set around a poll restored?
//!
//! An exercise may replace a file that they are about: they use what the rest of the engine can.

use std::ops::Range;
use std::sync::Arc;

use kettle_events::Cause;

use super::budget::remaining;
use super::current::{with_scheduler, with_scheduler_of};
use super::header::{Header, Message};
use super::scheduler::{ONCE, Scheduler};
use super::scope::cause;
use crate::base::{VERIFIES, holds};
use crate::inbox::Inbox;

const STALE: &str = "tasks/scheduler.rs: no number in the queue is stale";
const FREED: &str = "tasks/scheduler.rs: a slot is freed only when its task ends";
const WOKEN: &str = "tasks/scheduler.rs: a woken task is in the queue, unless it is being polled";
const PEEK: &str = "tasks/run_queue.rs: `peek` finds each task that is ready";
const POP: &str = "tasks/run_queue.rs: `pop` takes the task that `peek` shows";
const FRONT: &str = "tasks/run_queue.rs: a new `block_on`'s future goes ahead of all others";
const KNOWN: &str = "tasks/header.rs: `slot` is set as long as the slot is this task's";
const ABORT: &str = "tasks/hand_over.rs: a task that has not ended is asked to end by `abort`";
const ENDED: &str = "tasks/hand_over.rs: a task has ended when it is `Finished` or `Taken`";
const RESTORED: &str = "tasks/scope.rs: what is set for a while is restored";
const ROOM: &str = "tasks/run_queue.rs: the queue has room for the tasks in it";
const CURRENT: &str = "tasks/current.rs: a runtime's scheduler is current where it is driven";
const UNLIMITED: &str = "tasks/budget.rs: outside of tasks and `block_on` there is no limit";

/// One look at tasks, timers or sources is at no more than this many.
pub(crate) const SOME: usize = 16;

/// The next of all these numbers.
pub(crate) fn some(turn: usize, all: usize) -> Range<usize> {
    let begin = if all > SOME { turn * SOME % all } else { 0 };
    begin..all.min(begin + SOME)
}

/// The begin of a turn, between polls: looks at some tasks, and in the next turn at others.
pub(crate) fn turn(turn: usize, inbox: &Arc<Inbox<Message>>, alive: usize) {
    holds(RESTORED, cause() == Cause::Runtime, cause());
    holds(UNLIMITED, remaining().is_none(), remaining());
    let checked = with_scheduler_of(Some(inbox), |scheduler| scheduler.check(turn, alive));
    holds(CURRENT, checked.is_some(), turn);
}

impl Scheduler {
    fn check(&self, turn: usize, alive: usize) {
        let len = self.queue.len();
        let mut queued: Vec<u32> = some(turn, len).filter_map(|it| self.queue.peek(it)).collect();
        holds(PEEK, queued.len() == some(turn, len).len(), (&queued, len));
        queued.sort_unstable();
        for (nth, slot) in queued.iter().enumerate() {
            let task = self.look(*slot).map_or(0, |(header, _)| header.id.get());
            holds(STALE, task != 0, slot);
            let is_new = nth == 0 || queued[nth - 1] != *slot;
            holds(ONCE, is_new, format_args!("task {task}, slot {slot}, is in it twice"));
        }
        let (all, mut found) = (some(turn, self.capacity()), 0);
        for slot in all.clone().filter_map(|slot| u32::try_from(slot).ok()) {
            let Some((header, is_queued)) = self.look(slot) else { continue };
            holds(KNOWN, header.slot() == Some(slot), (header.id, slot));
            holds(ENDED, !header.hand_over.is_finished(), header.id);
            let is_in = queued.binary_search(&slot).is_ok();
            let agree = is_in == is_queued || is_queued && len > SOME;
            let seen = if is_in { "is in it, but idle" } else { "is not in it" };
            holds(ONCE, agree, format_args!("task {}, slot {slot}, {seen}", header.id));
            found += 1;
        }
        // `block_on`'s own future isn't counted.
        holds(ROOM, self.queue.capacity() >= len, (self.queue.capacity(), len));
        holds(FREED, found == alive + 1 || self.capacity() > SOME, (found, "of", alive + 1));
    }

    /// Takes the next number out of the queue, or a later one.
    #[inline]
    pub(super) fn pop(&mut self, nth: usize) -> Option<u32> {
        let (shown, slot) = (VERIFIES.then(|| self.queue.peek(nth)), self.queue.pop(nth));
        holds(POP, shown.is_none_or(|shown| shown == slot), (nth, shown, slot));
        slot
    }

    /// `block_on`'s own future has just been queued.
    pub(super) fn check_front(&self, slot: u32) {
        holds(FRONT, !VERIFIES || self.queue.peek(0) == Some(slot), slot);
    }

    pub(super) fn check_woken(&self, header: &Header) {
        let is_queued = || Some(self.look(header.slot()?)?.1);
        holds(WOKEN, !VERIFIES || is_queued() != Some(false), header.id);
    }
}

impl Header {
    /// Only the thread that was the first to ask knows whether the task learns of it, too.
    pub(super) fn check_aborted(&self, is_first: bool) {
        let is_kept = || self.hand_over.is_aborted() || self.hand_over.is_finished();
        holds(ABORT, !VERIFIES || is_kept(), self.id);
        let inbox = self.inbox().filter(|_| VERIFIES && is_first);
        with_scheduler_of(inbox, |scheduler| scheduler.check_woken(self));
    }
}

/// How many tasks are in the queue of this thread's scheduler.
pub(crate) fn queued() -> usize {
    with_scheduler(|scheduler| scheduler.queue.len()).unwrap_or_default()
}

/// A task, or other work with a handle, has ended.
pub(crate) fn ended(header: &Header) {
    if VERIFIES {
        holds(KNOWN, header.slot().is_none(), header.id);
        holds(ENDED, header.hand_over.is_finished() && !header.hand_over.has_handle(), header.id);
    }
}

#[cfg(test)]
#[path = "scheduler_checks_tests.rs"]
mod tests;
