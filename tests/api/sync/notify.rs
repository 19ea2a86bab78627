//! `Notify` and the futures of `notified` and `notified_owned`.

use std::sync::Arc;

use kettle::sync::Notify;

use crate::common::engine::runtime;
use crate::help::{self, Polled, Side, panic_of, panicking, rounds, side};

#[test]
fn a_constant_one_is_like_any_other() {
    static NOTIFY: Notify = Notify::const_new();
    NOTIFY.notify_one();
    Polled::new(NOTIFY.notified()).ready();
    Polled::new(NOTIFY.notified()).pending();
}

#[test]
fn a_future_hears_of_all_that_comes_after_its_making() {
    let notify = Notify::new();
    let mut before = Polled::new(notify.notified());
    notify.notify_waiters();
    before.ready();
    let after = Polled::waiting(notify.notified());

    // But not of a notification for one: that is left for the first to ask.
    let (mut late, mut early) = (Polled::new(notify.notified()), Polled::new(notify.notified()));
    drop(after);
    notify.notify_one();
    early.ready();
    late.pending();
}

#[test]
fn once_ready_it_is_ready_for_ever() {
    let notify = Arc::new(Notify::new());
    notify.notify_one();
    let mut waits = Polled::new(notify.notified());
    let mut owned = Polled::new(notify.clone().notified_owned());
    waits.ready();
    waits.ready();
    owned.pending();
    notify.notify_waiters();
    owned.ready();
    owned.ready();
    drop((waits, owned));
    Polled::new(notify.notified()).pending();
}

#[test]
fn one_that_is_enabled_is_in_line_before_it_is_polled() {
    let notify = Arc::new(Notify::new());
    let mut early = Box::pin(notify.notified());
    assert!(!early.as_mut().enable());
    let mut late = Polled::waiting(notify.notified());
    notify.notify_one();
    assert_eq!(late.wakes(), 0);
    assert!(early.as_mut().enable(), "it was notified");
    Polled::new(early).ready();

    let mut owned = Box::pin(notify.clone().notified_owned());
    assert!(!owned.as_mut().enable());
    notify.notify_one();
    notify.notify_one();
    late.ready();
    Polled::new(owned).ready();
}

#[test]
fn enabling_takes_what_was_left() {
    let notify = Notify::new();
    notify.notify_one();
    let mut first = Box::pin(notify.notified());
    assert!(first.as_mut().enable());
    Polled::new(notify.notified()).pending();
    Polled::new(first).ready();

    let mut told = Box::pin(notify.notified());
    notify.notify_waiters();
    assert!(told.as_mut().enable());
}

#[test]
fn an_enabled_one_keeps_its_place_when_it_is_polled() {
    let notify = Notify::new();
    let mut early = Box::pin(notify.notified());
    early.as_mut().enable();
    let late = Polled::waiting(notify.notified());
    let early = Polled::waiting(early);
    notify.notify_one();
    assert_eq!((early.wakes(), late.wakes()), (1, 0));
    drop(early);
    assert_eq!(late.wakes(), 1);
}

#[test]
fn an_enabled_one_that_is_dropped_passes_it_on() {
    let notify = Notify::new();
    let mut early = Box::pin(notify.notified());
    early.as_mut().enable();
    notify.notify_one();
    drop(early);
    Polled::new(notify.notified()).ready();
}

#[test]
fn the_newest_waker_is_called() {
    let notify = Notify::new();
    help::only_the_newest_waker_is_called(notify.notified(), || notify.notify_one());
}

#[test]
fn threads_notify_each_other() {
    let (call, answer) = (Notify::new(), Notify::new());
    let answers = async {
        for _ in 0..rounds(1000) {
            call.notified().await;
            answer.notify_one();
        }
    };
    let calls = async {
        for _ in 0..rounds(1000) {
            call.notify_one();
            answer.notified().await;
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(|| runtime().block_on(answers));
        runtime().block_on(calls);
    });
}

#[test]
fn other_threads_notify_all_that_wait() {
    let notify = Notify::new();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            let notified = notify.notified();
            scope.spawn(|| runtime().block_on(notified));
        }
        notify.notify_waiters();
    });
}

#[test]
fn a_waker_that_panics_keeps_the_others_notified() {
    let notify = Notify::new();
    let mut first = Polled::new(notify.notified());
    first.pending_with(&panicking());
    let mut others: Vec<_> = (0..40).map(|_| Polled::waiting(notify.notified())).collect();
    assert_eq!(panic_of(|| notify.notify_waiters()).words, "a waker that panics");
    // tokio drops the other wakers.
    let called = others.iter().filter(|other| other.wakes() == 1).count();
    assert_eq!(called, if side() == Side::Kettle { 40 } else { 0 });
    others.iter_mut().for_each(Polled::ready);
    Polled::new(notify.notified()).pending();
}
