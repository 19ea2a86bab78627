//! What an engine must do after the fix of `silence`.

use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use kettle_judge::count::{self, waker};
use kettle_judge::{Check, check, if_it_hangs};

use super::{WakerSlot, store_waker};
use crate::event::Deferral;
use crate::{Config, JoinHandle, Runtime, defer, spawn};

pub const CHECKS: &[Check] = &[
    check!(handed_over => "a wait that was handed to another task wakes that task, and not the first"),
    check!(there_and_back => "a wait that was handed over and given back wakes the task that polled last"),
    check!(in_the_same_place => "a task that got the place of an ended one counts as a different task"),
    check!(the_same_is_kept => "a task that polls again is recognised, and nothing is replaced"),
    check!(foreign_wakers => "a foreign waker is kept as long as it is the same, and replaced otherwise"),
    check!(in_one_task => "a task's own waker and a foreign one, in the same task, replace each other"),
];

/// What a poll finds in a slot.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Found {
    None,
    /// Its own waker, or one that does the same.
    Same,
    Other,
}

/// What a task may wait for.
#[derive(Clone, Default)]
struct Bell(Arc<Mutex<WakerSlot>>);

impl Bell {
    fn wait(&self, cx: &Context<'_>) -> Found {
        let was_empty = self.0.lock().expect("no panic").is_empty();
        let mut old = store_waker(cx, |clone| self.0.lock().expect("no panic").store(cx, clone));
        match old.0.take() {
            Some(_) => Found::Other,
            None if was_empty => Found::None,
            None => Found::Same,
        }
    }

    fn ring(&self) {
        let waker = self.0.lock().expect("no panic").take();
        waker.expect("a task waits").wake();
    }
}

/// A task that waits for the bell at each poll, until it may end.
#[derive(Clone, Default)]
struct Waiter(Arc<Inside>);

#[derive(Default)]
struct Inside {
    polls: AtomicUsize,
    may_end: AtomicBool,
    waker: Mutex<Option<Waker>>,
    /// What was found in the bell's slot, at each poll.
    found: Mutex<Vec<Found>>,
}

impl Waiter {
    fn spawn(bell: &Bell) -> (Waiter, JoinHandle<()>) {
        let (waiter, bell) = (Waiter::default(), bell.clone());
        let inside = waiter.0.clone();
        let handle = spawn(poll_fn(move |cx| {
            inside.polls.fetch_add(1, Relaxed);
            if inside.may_end.load(Relaxed) {
                return Poll::Ready(());
            }
            *inside.waker.lock().expect("no panic") = Some(cx.waker().clone());
            let found = bell.wait(cx);
            inside.found.lock().expect("no panic").push(found);
            Poll::Pending
        }));
        (waiter, handle)
    }

    fn polls(&self) -> usize {
        self.0.polls.load(Relaxed)
    }

    /// Has it polled, not by the bell.
    fn nudge(&self) {
        self.0.waker.lock().expect("no panic").clone().expect("it was polled").wake();
    }

    fn found(&self) -> Vec<Found> {
        self.0.found.lock().expect("no panic").clone()
    }
}

fn run<F: Future>(future: F) -> F::Output {
    let config = Config { start_paused: true, ..Config::default() };
    Runtime::with(config).expect("a runtime").block_on(future)
}

/// Goes through the queue so many times.
async fn rounds(times: usize) {
    count::rounds(times, |cx| defer(cx, Deferral::Yield)).await;
}

fn handed_over() {
    run(async {
        let bell = Bell::default();
        let (first, _) = Waiter::spawn(&bell);
        rounds(1).await;
        let (second, _) = Waiter::spawn(&bell);
        rounds(1).await;
        bell.ring();
        rounds(2).await;
        let polls = (first.polls(), second.polls());
        assert_eq!(polls, (1, 2), "polls of the task that waited first, and of the other");
    });
}

fn there_and_back() {
    run(async {
        let bell = Bell::default();
        let (first, _) = Waiter::spawn(&bell);
        let (second, _) = Waiter::spawn(&bell);
        rounds(1).await;
        first.nudge();
        rounds(1).await;
        assert_eq!((first.polls(), second.polls()), (2, 1), "polls before the bell rings");
        bell.ring();
        rounds(2).await;
        assert_eq!((first.polls(), second.polls()), (3, 1), "polls after: the first polled last");
        second.nudge();
        rounds(1).await;
        bell.ring();
        rounds(2).await;
        assert_eq!((first.polls(), second.polls()), (3, 3), "polls after: the second polled last");
    });
}

fn in_the_same_place() {
    run(async {
        let bell = Bell::default();
        let (first, handle) = Waiter::spawn(&bell);
        rounds(1).await;
        first.0.may_end.store(true, Relaxed);
        first.nudge();
        handle.await.expect("no panic");
        // Its slot is free, and the next task gets it.
        let (second, _) = Waiter::spawn(&bell);
        rounds(1).await;
        bell.ring();
        rounds(2).await;
        assert_eq!(second.polls(), 2, "polls of a task that took over from one that has ended");
    });
}

fn the_same_is_kept() {
    run(async {
        let bell = Bell::default();
        let (first, _) = Waiter::spawn(&bell);
        rounds(1).await;
        for _ in 0..3 {
            first.nudge();
            rounds(1).await;
        }
        use Found::{None, Same};
        let found = first.found();
        assert_eq!(found, [None, Same, Same, Same], "what a task found there, poll by poll");
        let twice = poll_fn(|cx| {
            let bell = Bell::default();
            Poll::Ready([bell.wait(cx), bell.wait(cx)])
        });
        assert_eq!(twice.await, [None, Same], "what was found at two looks in one poll");
    });
}

fn foreign_wakers() {
    run(async {
        let bell = Bell::default();
        let ((first, firsts), (second, seconds)) = (waker(), waker());
        let wait = |waker| bell.wait(&Context::from_waker(waker));
        assert_eq!(wait(&first), Found::None, "what the first waker replaces");
        assert_eq!(wait(&first), Found::Same, "what a waker replaces when stored again");
        assert_eq!(firsts.held(), 1, "clones of it that are kept");
        assert_eq!(wait(&second), Found::Other, "what another waker replaces");
        let held = (firsts.held(), seconds.held());
        assert_eq!(held, (0, 1), "clones of the two that are kept");
        bell.ring();
        assert_eq!((firsts.count(), seconds.count()), (0, 1), "wakes of the two");
        assert_eq!(seconds.held(), 0, "clones that are kept of one that was taken out");
        // The clone is made only if it is needed, and by the one that holds no lock.
        let (cx, mut slot) = (&Context::from_waker(&first), WakerSlot::EMPTY);
        assert!(slot.is_empty(), "`is_empty` says no, of `EMPTY`");
        assert!(slot.store(cx, &mut None).is_none(), "`store` itself cloned a foreign waker");
        slot = WakerSlot::new(first.clone());
        assert!(!slot.is_empty(), "`is_empty` says yes, with a waker");
        let stored = slot.store(cx, &mut None);
        let is_kept = stored.is_some_and(|old| old.0.is_empty());
        assert!(is_kept, "`store` wants a clone of the waker that it has, or gives that back");
        drop(slot);
        // Its drop may lock what it was stored behind: it goes when that is free.
        let (third, thirds) = waker();
        let mut slot = WakerSlot::new(third.clone());
        let other = &mut Context::from_waker(Waker::noop());
        let replaced = store_waker(other, |clone| slot.store(other, clone));
        assert!(!replaced.0.is_empty(), "the replaced waker was dropped while it was being replaced");
        drop(replaced);
        assert_eq!(thirds.held(), 0, "clones of it that are kept");
        // A task that polls by a waker of its own making, as a combinator does.
        let (task, _) = Waiter::spawn(&bell);
        rounds(1).await;
        assert_eq!(wait(&first), Found::Other, "what a foreign waker replaces of a task");
        bell.ring();
        rounds(1).await;
        assert_eq!((firsts.count(), task.polls()), (1, 1), "foreign wakes, polls of the task");
    });
}

/// A task polls by its own waker, and a combinator inside it by another one, which has to be woken.
fn in_one_task() {
    if_it_hangs("a task's own waker replaced another one, in the same task, and no wake came");
    let mut has_waited = false;
    let waits = poll_fn(move |cx| {
        if std::mem::replace(&mut has_waited, true) {
            return Poll::Ready(());
        }
        let (bell, (foreign, calls)) = (Bell::default(), waker());
        let combined = &Context::from_waker(&foreign);
        let found = [bell.wait(cx), bell.wait(combined), bell.wait(combined)];
        use Found::{None, Other, Same};
        assert_eq!(
            found,
            [None, Other, Same],
            "what three looks in one poll of a task found: one with the task's own waker, and two with another waker"
        );
        bell.ring();
        assert_eq!(calls.count(), 1, "calls of that other one");
        let found = [bell.wait(combined), bell.wait(cx)];
        assert_eq!(found, [None, Other], "what was found by the other one, and then by the task's");
        bell.ring();
        assert_eq!(calls.count(), 1, "calls of the other one, when the task's had replaced it");
        Poll::Pending
    });
    run(async { spawn(waits).await.expect("no panic") });
}
