//! What an engine must do after the fix of `twice`. (What else the scheduler promises is asked by
//! the exercise `task-state`.)

use std::future::poll_fn;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};

use kettle_judge::count::{self, Log};
use kettle_judge::{Check, check};

use super::current::with_scheduler;
use super::scope::caused_by;
use crate::event::{Cause, Deferral};
use crate::{Config, Runtime, defer, spawn};

pub const CHECKS: &[Check] = &[
    check!(a_thousand_wakes_are_one_poll => "a thousand wakes of a waiting task cause one poll"),
    check!(one_place => "however often it was woken, a task is in the queue once"),
    check!(its_own_place => "a task that is woken again while it is in the queue keeps its place"),
    check!(one_turn_a_round => "a task that is always ready has one turn a round, whether others wake it or not"),
];

fn run<F: Future>(future: F) -> F::Output {
    let config = Config { start_paused: true, ..Config::default() };
    Runtime::with(config).expect("a runtime").block_on(future)
}

/// A task that waits until `open` says so, and counts its polls.
#[derive(Clone, Default)]
struct Gate(Arc<Inside>);

#[derive(Default)]
struct Inside {
    waker: Mutex<Option<Waker>>,
    polls: AtomicUsize,
    /// So many polls, and it is ready.
    enough: AtomicUsize,
}

impl Gate {
    fn new() -> Gate {
        let gate = Gate::default();
        gate.0.enough.store(usize::MAX, Relaxed);
        gate
    }

    async fn pass(self) {
        poll_fn(|cx| {
            *self.0.waker.lock().expect("no panic") = Some(cx.waker().clone());
            let polls = self.0.polls.fetch_add(1, Relaxed) + 1;
            if polls >= self.0.enough.load(Relaxed) { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }

    fn wake(&self, times: usize) {
        let waker = self.0.waker.lock().expect("no panic").clone().expect("it waits");
        (0..times).for_each(|_| waker.wake_by_ref());
    }

    fn polls(&self) -> usize {
        self.0.polls.load(Relaxed)
    }
}

/// Goes through the queue so many times.
async fn rounds(times: usize) {
    count::rounds(times, |cx| defer(cx, Deferral::Yield)).await;
}

/// How many places in the queue are taken.
fn queued() -> usize {
    with_scheduler(|scheduler| scheduler.queue.len()).expect("the runtime is driven here")
}

fn a_thousand_wakes_are_one_poll() {
    run(async {
        let gate = Gate::new();
        spawn(gate.clone().pass());
        rounds(1).await;
        assert_eq!(gate.polls(), 1, "polls of a task that waits");
        gate.wake(1_000);
        rounds(3).await;
        assert_eq!(gate.polls(), 2, "polls after a thousand wakes");
    });
}

fn one_place() {
    run(async {
        let gates = [Gate::new(), Gate::new()];
        gates.iter().for_each(|gate| drop(spawn(gate.clone().pass())));
        assert_eq!(queued(), 2, "places taken by two new tasks");
        rounds(1).await;
        assert_eq!(queued(), 0, "places taken while both wait");
        gates[0].wake(1_000);
        assert_eq!(queued(), 1, "places taken after a thousand wakes of one of them");
        gates[1].wake(1_000);
        gates[0].wake(1_000);
        assert_eq!(queued(), 2, "places taken when both were woken again and again");
    });
}

fn its_own_place() {
    for wakes in [&[0, 1, 0, 2, 1, 0], &[0, 1, 2, 1], &[0, 1, 2, 2], &[0, 1, 2, 0]] as [&[usize]; 4]
    {
        let order = order_of(wakes);
        assert_eq!(order, ["first", "second", "third"], "the order of three, woken as {wakes:?}");
    }
}

/// In which order three tasks run that are woken so.
fn order_of(wakes: &'static [usize]) -> Vec<String> {
    run(async {
        let (log, gates) = (Log::new(), [Gate::new(), Gate::new(), Gate::new()]);
        for (name, gate) in ["first", "second", "third"].into_iter().zip(&gates) {
            let (log, gate) = (log.clone(), gate.clone());
            spawn(async move {
                gate.pass().await;
                log.add(name);
            });
        }
        rounds(1).await;
        gates.iter().for_each(|gate| gate.0.enough.store(2, Relaxed));
        for (nth, woken) in wakes.iter().enumerate() {
            // Again by a timer: what it wakes first is urgent.
            let is_new = !wakes[..nth].contains(woken);
            let wake = || gates[*woken].wake(1);
            if is_new { wake() } else { caused_by(Cause::Timer, wake) }
        }
        rounds(3).await;
        log.lines()
    })
}

fn one_turn_a_round() {
    const ROUNDS: usize = 50;
    let (busy, calm) = run(async {
        let polls = [(); 2].map(|()| Arc::new(AtomicUsize::new(0)));
        let stop = Arc::new(AtomicUsize::new(0));
        let place = Arc::new(Mutex::new(None::<Waker>));
        for counted in polls.clone() {
            let (stop, place) = (stop.clone(), place.clone());
            spawn(poll_fn(move |cx| {
                place.lock().expect("no panic").get_or_insert_with(|| cx.waker().clone());
                counted.fetch_add(1, Relaxed);
                if stop.load(Relaxed) > 0 {
                    return Poll::Ready(());
                }
                defer(cx, Deferral::Yield);
                Poll::Pending
            }));
        }
        rounds(1).await;
        // The first of the two is in the queue, as both always are.
        place.lock().expect("no panic").take().expect("it was polled").wake();
        let before = polls.each_ref().map(|polls| polls.load(Relaxed));
        rounds(ROUNDS).await;
        let after = polls.each_ref().map(|polls| polls.load(Relaxed));
        (after[0] - before[0], after[1] - before[1])
    });
    assert_eq!((busy, calm), (ROUNDS, ROUNDS), "polls of two tasks in fifty rounds");
}
