//! Does the turn that finds a broken invariant say which one it is, and of which task?

use std::future::{pending, poll_fn};
use std::mem::ManuallyDrop;
use std::task::Poll;

use super::*;
use crate::tasks::budget::defer;
use crate::{Config, Runtime, spawn};

/// Breaks something in the first turn, which polls nothing else, and lasts until the next.
fn broken(by: fn(&mut Scheduler, u32)) {
    let config = Config { event_interval: 1, ..Config::default() };
    let runtime = ManuallyDrop::new(Runtime::with(config).unwrap()); // its end would panic, too
    let mut turns = 0;
    runtime.block_on(poll_fn(|cx| {
        turns += 1;
        if turns == 1 {
            drop(spawn(pending::<()>()));
            with_scheduler(|scheduler| by(scheduler, scheduler.queue.peek(0).unwrap()));
        }
        defer(cx, kettle_events::Deferral::Yield);
        if turns == 9 { Poll::Ready(()) } else { Poll::Pending }
    }));
}

#[test]
#[should_panic(expected = "in the queue exactly once: task")]
fn a_task_that_is_in_the_queue_twice_is_named() {
    broken(|scheduler, slot| _ = scheduler.queue.push(slot, Cause::Runtime));
}

#[test]
#[should_panic(expected = "slot 1, is not in it")]
fn a_task_that_is_missing_in_the_queue_is_named() {
    broken(|scheduler, slot| scheduler.queue.remove(slot));
}

#[test]
#[should_panic(expected = "tasks/scheduler.rs: no number in the queue is stale: 99")]
fn a_number_that_is_no_tasks_is_shown() {
    broken(|scheduler, _| _ = scheduler.queue.push(99, Cause::Timer));
}

#[test]
fn nothing_is_said_of_what_is_right() {
    broken(|_, _| ());
}
