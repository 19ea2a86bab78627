//! The state machine of `readiness.rs`, edge by edge, without a selector.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use futures_task::{ArcWake, waker};

use super::{CLOSED, ERROR, READY, Shared, Waiter};
use crate::event::Direction::{self, Read, Write};
use crate::parked::Parked;

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
fn poll_newest(shared: &Shared, direction: Direction, who: &Arc<Count>) -> bool {
    let waker = waker(who.clone());
    shared.poll_newest(direction, &mut Context::from_waker(&waker)).is_ready()
}

fn poll_list(waiter: &mut Waiter<'_>, who: &Arc<Count>) -> bool {
    let waker = waker(who.clone());
    waiter.poll(&mut Context::from_waker(&waker)).is_ready()
}

fn cleared() -> Shared {
    let shared = Shared::new();
    for direction in [Read, Write] {
        shared.would_block(direction, shared.look(direction));
    }
    shared
}

/// What the reactor does: report, then wake.
fn report(shared: &Shared, direction: Direction, bits: usize) -> usize {
    let mut due = Vec::new();
    shared.report(direction, bits, &mut due);
    let count = due.len();
    due.into_iter().for_each(Parked::wake);
    count
}

#[test]
fn a_new_source_is_believed_ready_until_a_try_would_block() {
    let (shared, who) = (Shared::new(), Count::new());
    assert!(poll_newest(&shared, Read, &who));
    assert!(poll_newest(&shared, Write, &who));
    shared.would_block(Read, shared.look(Read));
    assert!(!poll_newest(&shared, Read, &who));
    assert!(poll_newest(&shared, Write, &who), "the other direction is as before");
}

#[test]
fn a_clear_of_an_older_report_does_nothing() {
    let (shared, who) = (cleared(), Count::new());
    report(&shared, Read, READY);
    let seen = shared.look(Read);
    report(&shared, Read, READY);
    shared.would_block(Read, seen);
    assert!(poll_newest(&shared, Read, &who), "the second report stands");
    shared.drained(Read, seen);
    assert!(poll_newest(&shared, Read, &who), "the second report stands");
    shared.would_block(Read, shared.look(Read));
    assert!(!poll_newest(&shared, Read, &who));
}

#[test]
fn a_short_read_clears_ready_but_not_in_front_of_the_end_or_an_error() {
    let who = Count::new();
    for (bits, stays) in [(READY, false), (READY | CLOSED, true), (READY | ERROR, true)] {
        let shared = cleared();
        report(&shared, Read, bits);
        shared.drained(Read, shared.look(Read));
        assert_eq!(poll_newest(&shared, Read, &who), stays, "{bits:#b}");
        // The system's own word clears them all, or `poll_io` would spin.
        shared.would_block(Read, shared.look(Read));
        assert!(!poll_newest(&shared, Read, &who), "{bits:#b}");
    }
}

#[test]
fn two_directions_have_two_waiters() {
    let (shared, reader, writer) = (cleared(), Count::new(), Count::new());
    assert!(!poll_newest(&shared, Read, &reader));
    assert!(!poll_newest(&shared, Write, &writer));
    assert_eq!(report(&shared, Write, READY), 1);
    assert_eq!((reader.wakes(), writer.wakes()), (0, 1));
    assert_eq!(report(&shared, Read, READY), 1);
    assert_eq!((reader.wakes(), writer.wakes()), (1, 1));
}

#[test]
fn the_newest_waker_replaces_the_one_before() {
    let (shared, first, second) = (cleared(), Count::new(), Count::new());
    assert!(!poll_newest(&shared, Read, &first));
    assert!(!poll_newest(&shared, Read, &second));
    assert_eq!(Arc::strong_count(&first), 1, "the first one's waker was dropped");
    assert_eq!(report(&shared, Read, READY), 1);
    assert_eq!((first.wakes(), second.wakes()), (0, 1));
}

#[test]
fn all_in_the_list_are_woken_and_the_newest_waker_of_each() {
    let (shared, counts) = (cleared(), [Count::new(), Count::new(), Count::new()]);
    let mut waiters = [const { Read }; 3].map(|direction| Waiter::new(&shared, direction));
    for (waiter, who) in waiters.iter_mut().zip(&counts) {
        assert!(!poll_list(waiter, who));
    }
    let newest = Count::new();
    assert!(!poll_list(&mut waiters[0], &newest));
    assert_eq!(shared.waiters(Read), 3, "polled again, it still has one entry");
    assert_eq!(report(&shared, Read, READY), 3);
    assert_eq!(counts.map(|who| who.wakes()), [0, 1, 1]);
    assert_eq!(newest.wakes(), 1);
    assert_eq!(shared.waiters(Read), 0);
}

#[test]
fn a_dropped_waiter_leaves_nothing_behind() {
    let (shared, who) = (cleared(), Count::new());
    let mut waiter = Waiter::new(&shared, Read);
    assert!(!poll_list(&mut waiter, &who));
    assert_eq!(shared.waiters(Read), 1);
    drop(waiter);
    assert_eq!(shared.waiters(Read), 0);
    assert_eq!(Arc::strong_count(&who), 1);
}

/// The entry of a report ago has the key that another waiter has now.
#[test]
fn a_waiter_of_an_earlier_round_does_not_take_another_ones_entry() {
    let (shared, old, new) = (cleared(), Count::new(), Count::new());
    let mut before = Waiter::new(&shared, Read);
    assert!(!poll_list(&mut before, &old));
    report(&shared, Read, READY);
    shared.would_block(Read, shared.look(Read));
    let mut after = Waiter::new(&shared, Read);
    assert!(!poll_list(&mut after, &new));
    drop(before);
    assert_eq!(shared.waiters(Read), 1, "`after` still waits");
    assert_eq!(report(&shared, Read, READY), 1);
    assert_eq!((old.wakes(), new.wakes()), (1, 1));
}

#[test]
fn the_end_of_the_runtime_is_an_error_only_for_who_would_wait() {
    let (shared, who) = (cleared(), Count::new());
    assert!(!poll_newest(&shared, Read, &who));
    report(&shared, Write, READY);
    let mut due = Vec::new();
    shared.end(&mut due);
    shared.end(&mut due);
    assert_eq!(due.len(), 1, "the reader, once");
    let waker = waker(who.clone());
    let mut cx = Context::from_waker(&waker);
    assert!(matches!(shared.poll_newest(Read, &mut cx), Poll::Ready(Err(_))));
    assert!(matches!(shared.poll_newest(Write, &mut cx), Poll::Ready(Ok(_))));
    shared.would_block(Write, shared.look(Write));
    assert!(matches!(shared.poll_newest(Write, &mut cx), Poll::Ready(Err(_))));
    assert!(matches!(Waiter::new(&shared, Read).poll(&mut cx), Poll::Ready(Err(_))));
    assert_eq!(shared.waiters(Read) + shared.waiters(Write), 0);
}

/// A waiter and a report from two threads: whichever comes first, the waiter learns of it.
#[test]
fn no_report_falls_between_a_look_and_a_wait() {
    let rounds = if cfg!(miri) { 50 } else { 20_000 };
    let (shared, who) = (cleared(), Count::new());
    let turn = std::sync::Barrier::new(2);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for _ in 0..rounds {
                turn.wait();
                report(&shared, Read, READY);
                turn.wait();
            }
        });
        for round in 0..rounds {
            let wakes = who.wakes();
            turn.wait();
            let at_once = poll_newest(&shared, Read, &who);
            turn.wait();
            assert!(at_once || who.wakes() == wakes + 1, "round {round} was lost");
            shared.would_block(Read, shared.look(Read));
        }
    });
}
