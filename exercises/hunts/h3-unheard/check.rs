//! What an engine must do after the mend of `h3-unheard`.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Poll, Waker};
use std::thread;

use kettle_judge::count::{Wakes, poll, waker};
use kettle_judge::{Check, check};

use crate::{Config, LocalSet, Runtime};

pub const CHECKS: &[Check] = &[
    check!(a_letter_during_the_poll, "a wake from a thread while the set runs is not lost"),
    check!(a_letter_of_a_task_that_runs, "nor is one for the very task that is being polled"),
    check!(
        a_letter_after_the_poll,
        "a wake from a thread while the set waits wakes its host, once"
    ),
    check!(with_nothing_to_do, "a set with nothing to do does not ask to be polled"),
    check!(more_than_one_poll, "a set with more ready tasks than one poll takes asks for another"),
    check!(in_an_engine, "a task of a set in a runtime hears a thread that was quick"),
];

/// A set that the check polls by hand.
struct Bench {
    set: LocalSet,
    waker: Waker,
    wakes: Arc<Wakes>,
}

impl Bench {
    fn new() -> Bench {
        let (waker, wakes) = waker();
        Bench { set: LocalSet::new(), waker, wakes }
    }

    /// Polls the set. How often has it asked to be polled again by the time that this is over?
    fn poll(&mut self) -> usize {
        let before = self.wakes.count();
        let _ = poll(Pin::new(&mut self.set), &self.waker);
        self.wakes.count() - before
    }

    /// A task that counts its polls, waits, and shows its waker.
    fn waits(&self) -> Waits {
        let waits = Waits::default();
        let inside = waits.clone();
        drop(self.set.spawn_local(poll_fn(move |cx| {
            inside.polls.set(inside.polls.get() + 1);
            inside.waker.replace(Some(cx.waker().clone()));
            Poll::<()>::Pending
        })));
        waits
    }
}

#[derive(Clone, Default)]
struct Waits {
    polls: Rc<Cell<usize>>,
    waker: Rc<RefCell<Option<Waker>>>,
}

impl Waits {
    /// Another thread wakes it, and has done so when this returns.
    fn wake_from_a_thread(&self) {
        let waker = self.waker.borrow().clone().expect("it was polled");
        thread::spawn(move || waker.wake()).join().expect("no panic");
    }
}

fn a_letter_during_the_poll() {
    let mut bench = Bench::new();
    let waits = bench.waits();
    let there = waits.clone();
    drop(bench.set.spawn_local(async move { there.wake_from_a_thread() }));
    let asked = bench.poll();
    assert_eq!(waits.polls.get(), 1, "polls of the task when the thread wakes it");
    assert!(asked > 0, "the letter was there when the set had run, and it asked for no other poll");
    bench.poll();
    assert_eq!(waits.polls.get(), 2, "polls of the task after the set's next poll");
}

fn a_letter_of_a_task_that_runs() {
    let mut bench = Bench::new();
    let polls = Rc::new(Cell::new(0));
    let counted = polls.clone();
    drop(bench.set.spawn_local(poll_fn(move |cx| {
        counted.set(counted.get() + 1);
        if counted.get() == 1 {
            let waker = cx.waker().clone();
            thread::spawn(move || waker.wake()).join().expect("no panic");
        }
        Poll::<()>::Pending
    })));
    let asked = bench.poll();
    assert!(asked > 0, "the letter was there when the set had run, and it asked for no other poll");
    bench.poll();
    assert_eq!(polls.get(), 2, "polls of a task that a thread has woken during the first");
}

fn a_letter_after_the_poll() {
    let mut bench = Bench::new();
    let waits = bench.waits();
    bench.poll();
    for round in 2..5 {
        let before = bench.wakes.count();
        (0..10).for_each(|_| waits.wake_from_a_thread());
        assert_eq!(bench.wakes.count() - before, 1, "wakes of the host by ten wakes of its task");
        bench.poll();
        assert_eq!(waits.polls.get(), round, "polls of the task");
    }
}

fn with_nothing_to_do() {
    let mut bench = Bench::new();
    let waits = bench.waits();
    for _ in 0..3 {
        let asked = bench.poll();
        assert_eq!(asked, 0, "how often a set whose only task waits asks to be polled");
    }
    assert_eq!(waits.polls.get(), 1, "polls of that task");
}

fn more_than_one_poll() {
    let mut bench = Bench::new();
    let all: Vec<Waits> = (0..200).map(|_| bench.waits()).collect();
    let polled = |all: &[Waits]| all.iter().map(|waits| waits.polls.get()).sum::<usize>();
    let mut rounds = 0;
    while bench.poll() > 0 {
        rounds += 1;
        assert!(rounds < 200, "two hundred tasks had their poll, and the set still asks for more");
    }
    assert_eq!(polled(&all), 200, "tasks polled when the set asked for no more");
}

fn in_an_engine() {
    let set = LocalSet::new();
    let config = Config { start_paused: true, ..Config::default() };
    let runtime = Runtime::with(config).expect("a runtime");
    let heard = set.block_on(&runtime, async {
        let rung = Rc::new(Cell::new(false));
        let place = Rc::new(RefCell::new(None::<Waker>));
        let (ringing, shown) = (rung.clone(), place.clone());
        let waiter = crate::spawn_local(poll_fn(move |cx| {
            shown.replace(Some(cx.waker().clone()));
            if ringing.get() { Poll::Ready(()) } else { Poll::Pending }
        }));
        drop(crate::spawn_local(async move {
            rung.set(true);
            let waker = place.borrow_mut().take().expect("it waits");
            thread::spawn(move || waker.wake()).join().expect("no panic");
        }));
        waiter.await
    });
    heard.expect("no panic");
}
