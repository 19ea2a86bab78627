//! The state machine of `readiness.rs`, edge by edge, without a selector.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};

use futures_task::{ArcWake, waker};
use kettle_events::Direction::{self, Error, Priority, Read, Write};
use kettle_events::assert_unlocked;

use super::{CLOSED, ERROR, READY, REPORT, SourceState, SourceWaiter, bits_of};
use crate::base::Call;

/// Counts its wakes.
#[derive(Default)]
struct Count(AtomicUsize);

impl ArcWake for Count {
    fn wake_by_ref(this: &Arc<Self>) {
        this.0.fetch_add(1, Ordering::SeqCst);
    }
}

impl Count {
    fn new() -> Arc<Count> {
        Arc::default()
    }

    fn wakes(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

/// Polls the place of the `poll_*` methods for `who`. Is it ready?
fn poll_newest(state: &SourceState, direction: Direction, who: &Arc<Count>) -> bool {
    let waker = waker(who.clone());
    state.poll_newest(direction, &mut Context::from_waker(&waker)).is_ready()
}

fn poll_list(waiter: &mut SourceWaiter<'_>, who: &Arc<Count>) -> bool {
    let waker = waker(who.clone());
    waiter.poll(&mut Context::from_waker(&waker)).is_ready()
}

fn cleared() -> SourceState {
    let state = SourceState::new();
    for direction in [Read, Write] {
        state.would_block(state.look(direction));
    }
    state
}

/// What the reactor does: report, then wake.
fn report(state: &SourceState, direction: Direction, bits: usize) -> usize {
    let mut due = VecDeque::new();
    state.report(bits_of(direction, bits), &mut due);
    let count = due.len();
    due.into_iter().for_each(Call::wake);
    count
}

#[test]
fn a_new_source_is_tried_until_a_try_would_block() {
    let state = SourceState::new();
    let tries = || [Read, Write].map(|direction| state.look(direction).lets_try());
    assert_eq!(tries(), [true, true]);
    state.would_block(state.look(Read));
    assert_eq!(tries(), [false, true], "the other direction is as before");
}

#[test]
fn a_new_source_is_not_ready_for_who_only_waits_until_a_report() {
    let (state, who) = (SourceState::new(), Count::new());
    for direction in [Read, Write] {
        let mut waiter = SourceWaiter::new(&state, direction);
        assert!(!poll_newest(&state, direction, &who) && !poll_list(&mut waiter, &who));
        assert_eq!(report(&state, direction, READY), 2);
        assert!(poll_newest(&state, direction, &who) && poll_list(&mut waiter, &who));
    }
}

#[test]
fn the_first_success_ends_a_wait() {
    let (state, who) = (SourceState::new(), Count::new());
    assert!(!poll_newest(&state, Read, &who) && !poll_newest(&state, Write, &who));
    state.succeeded(state.look(Read));
    assert_eq!(who.wakes(), 1);
    assert!(poll_newest(&state, Read, &who));
    assert!(!poll_newest(&state, Write, &who), "the other direction is as before");
}

#[test]
fn a_success_from_before_a_clear_ends_no_wait() {
    for clear in [SourceState::would_block, SourceState::drained] {
        let (state, who) = (SourceState::new(), Count::new());
        let seen = state.look(Read);
        clear(&state, seen);
        assert!(!poll_newest(&state, Read, &who));
        state.succeeded(seen);
        assert_eq!(who.wakes(), 0, "a report is on its way");
        assert!(!poll_newest(&state, Read, &who) && !state.look(Read).lets_try());
    }
}

#[test]
fn what_a_success_has_shown_is_used_up_by_a_short_read() {
    let (state, who) = (SourceState::new(), Count::new());
    state.succeeded(state.look(Read));
    state.unknown_again(state.look(Read));
    assert!(!poll_newest(&state, Read, &who), "a wait is for the next data");
    assert!(state.look(Read).lets_try(), "a source that hasn't joined gets no report");
}

#[test]
fn a_clear_of_an_older_report_does_nothing() {
    for later in [1, 256] {
        let (state, who) = (cleared(), Count::new());
        report(&state, Read, READY);
        let seen = state.look(Read);
        (0..later).for_each(|_| _ = report(&state, Read, READY));
        state.would_block(seen);
        assert!(poll_newest(&state, Read, &who), "the last of {later} reports stands");
        state.drained(seen);
        assert!(poll_newest(&state, Read, &who), "the last of {later} reports stands");
        state.would_block(state.look(Read));
        assert!(!poll_newest(&state, Read, &who));
    }
}

/// All directions share one count, which costs one more attempt but no wake.
#[test]
fn a_report_of_another_direction_undoes_one_clear() {
    let who = Count::new();
    for clear in [SourceState::would_block, SourceState::drained] {
        let state = cleared();
        report(&state, Read, READY);
        let seen = state.look(Read);
        report(&state, Write, READY);
        clear(&state, seen);
        assert!(poll_newest(&state, Read, &who), "one try more");
        clear(&state, state.look(Read));
        assert!(!poll_newest(&state, Read, &who), "the next clear holds");
        assert_eq!(report(&state, Write, READY), 0, "the reader waits for something else");
        assert_eq!(report(&state, Read, READY), 1);
    }
}

/// On a 32-bit machine this happens after 32,767 reports.
#[test]
fn reports_begin_again_and_change_no_bit() {
    let (state, who) = (cleared(), Count::new());
    state.word.fetch_or(usize::MAX / REPORT * REPORT, Ordering::SeqCst);
    assert!(!poll_newest(&state, Read, &who));
    let seen = state.look(Read);
    assert_eq!(report(&state, Read, READY), 1);
    assert_eq!(state.word.load(Ordering::SeqCst), READY);
    state.would_block(seen);
    assert!(poll_newest(&state, Read, &who), "the report came after the look");
}

/// A selector may report several directions at once.
#[test]
fn one_report_of_two_directions_wakes_both() {
    for is_ready in [false, true] {
        let (state, reader, writer) = (cleared(), Count::new(), Count::new());
        assert!(!poll_newest(&state, Read, &reader));
        if is_ready {
            report(&state, Write, CLOSED);
        } else {
            assert!(!poll_newest(&state, Write, &writer));
        }
        let mut due = VecDeque::new();
        state.report(bits_of(Read, READY) | bits_of(Write, READY), &mut due);
        due.into_iter().for_each(Call::wake);
        assert_eq!((reader.wakes(), writer.wakes()), (1, usize::from(!is_ready)));
        assert!(poll_newest(&state, Read, &reader) && poll_newest(&state, Write, &writer));
        assert_eq!(state.look(Write).has(CLOSED), is_ready);
        assert!(!poll_newest(&state, Priority, &reader) && !poll_newest(&state, Error, &reader));
    }
}

#[test]
fn a_short_read_clears_ready_but_not_in_front_of_the_end_or_an_error() {
    let who = Count::new();
    for (bits, stays) in [(READY, false), (READY | CLOSED, true), (READY | ERROR, true)] {
        let state = cleared();
        report(&state, Read, bits);
        state.drained(state.look(Read));
        assert_eq!(poll_newest(&state, Read, &who), stays, "{bits:#b}");
        // The system's own word clears them all, or `poll_io` would spin.
        state.would_block(state.look(Read));
        assert!(!poll_newest(&state, Read, &who), "{bits:#b}");
    }
}

#[test]
fn two_directions_have_two_waiters() {
    let (state, reader, writer) = (cleared(), Count::new(), Count::new());
    assert!(!poll_newest(&state, Read, &reader));
    assert!(!poll_newest(&state, Write, &writer));
    assert_eq!(report(&state, Write, READY), 1);
    assert_eq!((reader.wakes(), writer.wakes()), (0, 1));
    assert_eq!(report(&state, Read, READY), 1);
    assert_eq!((reader.wakes(), writer.wakes()), (1, 1));
}

#[test]
fn the_newest_waker_replaces_the_one_before() {
    let (state, first, second) = (cleared(), Count::new(), Count::new());
    assert!(!poll_newest(&state, Read, &first));
    assert!(!poll_newest(&state, Read, &second));
    assert_eq!(Arc::strong_count(&first), 1, "the first one's waker was dropped");
    assert_eq!(report(&state, Read, READY), 1);
    assert_eq!((first.wakes(), second.wakes()), (0, 1));
}

#[test]
fn all_in_the_list_are_woken_and_the_newest_waker_of_each() {
    let (state, counts) = (cleared(), [Count::new(), Count::new(), Count::new()]);
    let mut waiters = [const { Read }; 3].map(|direction| SourceWaiter::new(&state, direction));
    for (waiter, who) in waiters.iter_mut().zip(&counts) {
        assert!(!poll_list(waiter, who));
    }
    let newest = Count::new();
    assert!(!poll_list(&mut waiters[0], &newest));
    assert_eq!(state.waiters(Read), 3, "polled again, it still has one entry");
    assert_eq!(report(&state, Read, READY), 3);
    assert_eq!(counts.map(|who| who.wakes()), [0, 1, 1]);
    assert_eq!(newest.wakes(), 1);
    assert_eq!(state.waiters(Read), 0);
}

#[test]
fn a_dropped_waiter_leaves_nothing_behind() {
    let (state, who) = (cleared(), Count::new());
    let mut waiter = SourceWaiter::new(&state, Read);
    assert!(!poll_list(&mut waiter, &who));
    assert_eq!(state.waiters(Read), 1);
    drop(waiter);
    assert_eq!(state.waiters(Read), 0);
    assert_eq!(Arc::strong_count(&who), 1);
    let waiting = state.waiting.lock();
    let list = waiting[Read as usize].list.as_ref();
    assert!(list.is_some_and(|list| list.is_empty()), "its entry is free again");
}

/// The key of a waiter that got its report may belong to another waiter by now.
#[test]
fn a_waiter_of_an_earlier_round_does_not_take_another_ones_entry() {
    let (state, old, new) = (cleared(), Count::new(), Count::new());
    let mut before = SourceWaiter::new(&state, Read);
    assert!(!poll_list(&mut before, &old));
    report(&state, Read, READY);
    state.would_block(state.look(Read));
    let mut after = SourceWaiter::new(&state, Read);
    assert!(!poll_list(&mut after, &new));
    drop(before);
    assert_eq!(state.waiters(Read), 1, "`after` still waits");
    assert_eq!(report(&state, Read, READY), 1);
    assert_eq!((old.wakes(), new.wakes()), (1, 1));
}

#[test]
fn the_end_of_the_runtime_is_an_error_only_for_who_would_wait() {
    let (state, who) = (cleared(), Count::new());
    assert!(!poll_newest(&state, Read, &who));
    report(&state, Write, READY);
    let mut due = VecDeque::new();
    state.end(&mut due);
    state.end(&mut due);
    assert_eq!(due.len(), 1, "the reader, once");
    let waker = waker(who.clone());
    let mut cx = Context::from_waker(&waker);
    assert!(matches!(state.poll_newest(Read, &mut cx), Poll::Ready(Err(_))));
    assert!(matches!(state.poll_newest(Write, &mut cx), Poll::Ready(Ok(_))));
    state.would_block(state.look(Write));
    assert!(matches!(state.poll_newest(Write, &mut cx), Poll::Ready(Err(_))));
    assert!(matches!(SourceWaiter::new(&state, Read).poll(&mut cx), Poll::Ready(Err(_))));
    assert_eq!(state.waiters(Read) + state.waiters(Write), 0);
}

#[test]
fn the_end_of_the_runtime_is_no_report_and_stops_no_clear() {
    let state = SourceState::new();
    let seen = state.look(Write);
    state.end(&mut VecDeque::new());
    state.would_block(seen);
    assert!(!state.look(Write).has(READY));
}

#[test]
fn a_report_of_the_end_alone_wakes_and_is_a_reason_to_try() {
    for bits in [CLOSED, ERROR] {
        let (state, who) = (cleared(), Count::new());
        let mut waiter = SourceWaiter::new(&state, Read);
        assert!(!poll_newest(&state, Read, &who) && !poll_list(&mut waiter, &who));
        assert_eq!(report(&state, Read, bits), 2);
        assert!(poll_newest(&state, Read, &who) && poll_list(&mut waiter, &who), "{bits:#b}");
    }
}

#[test]
fn one_report_wakes_the_newest_and_the_list() {
    let (state, newest, listed) = (cleared(), Count::new(), Count::new());
    let mut waiter = SourceWaiter::new(&state, Read);
    assert!(!poll_newest(&state, Read, &newest) && !poll_list(&mut waiter, &listed));
    assert_eq!(report(&state, Read, READY), 2);
    assert_eq!((newest.wakes(), listed.wakes()), (1, 1));
}

/// A waker that uses the source when it is dropped.
struct Reports(Arc<SourceState>);

impl ArcWake for Reports {
    fn wake_by_ref(_: &Arc<Self>) {}
}

impl Drop for Reports {
    fn drop(&mut self) {
        assert_unlocked();
        report(&self.0, Read, READY);
    }
}

#[test]
fn a_waker_is_dropped_with_no_lock_held() {
    let replaced = Arc::new(cleared());
    let reports = |state: &Arc<SourceState>| waker(Arc::new(Reports(state.clone())));
    let polled = replaced.poll_newest(Read, &mut Context::from_waker(&reports(&replaced)));
    assert!(polled.is_pending());
    let _ = replaced.poll_newest(Read, &mut Context::from_waker(Waker::noop()));
    assert!(replaced.look(Read).has(READY), "the old waker is gone, and has reported");

    let left = Arc::new(cleared());
    let mut waiter = SourceWaiter::new(&left, Read);
    assert!(waiter.poll(&mut Context::from_waker(&reports(&left))).is_pending());
    drop(waiter);
    assert!(left.look(Read).has(READY), "the waker has left the list, and has reported");
}
