//! What the answer of `run-queue` must do.

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;
use std::time::Duration;

use kettle_judge::count::rounds;
use kettle_judge::proptest::collection::vec;
use kettle_judge::proptest::prelude::*;
use kettle_judge::{Check, Sequence, check, expect, many, property};

use super::run_queue::RunQueue;
use crate::event::{Cause, Deferral};
use crate::{Config, Id, Runtime, Timer, clock, defer, spawn};

pub const CHECKS: &[Check] = &[
    check!(first_come_first_served => "within each queue, the task pushed first is popped first"),
    check!(in_turn => "urgent tasks and ordinary ones are taken in turn"),
    check!(any_order_of_calls => "after any calls, `pop` agrees with two plain lists, so no task is lost or comes twice"),
    check!(room_comes_back => "after a burst the queue gives its memory back, unless it is small"),
    check!(a_timer_among_the_busy => "a timer that is due doesn't wait behind a thousand busy tasks"),
];

fn by_a_task() -> Cause {
    Cause::Task(Id::next())
}

fn pop_all(queue: &mut RunQueue) -> Vec<u32> {
    std::iter::from_fn(|| queue.pop(0)).take(100_000).collect()
}

fn first_come_first_served() {
    let ordinary = [by_a_task(), Cause::Deferred, Cause::Runtime];
    for cause in ordinary.into_iter().chain([Cause::Timer, Cause::Io, Cause::Message]) {
        let mut queue = RunQueue::default();
        assert_eq!(queue.pop(0), None, "what an empty queue pops");
        for (slot, place) in [(7, 1), (u32::MAX, 2), (70_000, 3)] {
            assert_eq!(queue.push(slot, cause), place, "the place of {slot}, by {cause:?}");
        }
        assert_eq!(queue.len(), 3, "how many are in the queue");
        assert_eq!(pop_all(&mut queue), [7, u32::MAX, 70_000], "their order, by {cause:?}");
        assert_eq!(queue.len(), 0, "how many are left");
    }
}

fn in_turn() {
    let mut queue = RunQueue::default();
    for slot in 0..9 {
        queue.push(slot, [by_a_task(), Cause::Deferred, Cause::Runtime][slot as usize % 3]);
        queue.push(100 + slot, [Cause::Timer, Cause::Io, Cause::Message][slot as usize % 3]);
    }
    let order = pop_all(&mut queue);
    let expected: Vec<u32> = (0..9).flat_map(|slot| [100 + slot, slot]).collect();
    assert_eq!(order, expected, "the order, with 0 to 8 ordinary and 100 to 108 urgent");
}

// ---- any order of calls, against a model of two plain lists -------------------------------------

#[derive(Clone, Copy, Debug)]
enum Call {
    PushByTask,
    PushByTimer,
    PushFront,
    Pop(usize),
    /// One of those that are there: the urgent queue first, the last one if there are fewer.
    Remove(usize),
    Shrink,
}

fn calls() -> impl Strategy<Value = Sequence<Call>> {
    let call = prop_oneof![
        3 => Just(Call::PushByTask),
        3 => Just(Call::PushByTimer),
        1 => Just(Call::PushFront),
        // As a rule the next one. (A small number, so that a case that is made smaller ends there.)
        4 => (0..12_usize).prop_map(|nth| Call::Pop(nth.saturating_sub(8))),
        1 => (0..12_usize).prop_map(Call::Remove),
        1 => Just(Call::Shrink),
    ];
    vec(call, 0..60)
}

#[derive(Clone, Default)]
struct Model {
    ordinary: Vec<u32>,
    urgent: Vec<u32>,
    /// Is it the ordinary queue's turn?
    ordinary_next: bool,
    /// How many were put into the urgent queue.
    pushed: u64,
}

impl Model {
    fn pop(&mut self, nth: usize) -> Option<u32> {
        let (mut queue, mut other) = (&mut self.ordinary, &mut self.urgent);
        if !other.is_empty() {
            if !self.ordinary_next || queue.is_empty() {
                (queue, other) = (other, queue);
            }
            self.ordinary_next = !self.ordinary_next;
        }
        match nth.checked_sub(queue.len()) {
            None => Some(queue.remove(nth)),
            Some(behind) if behind < other.len() => Some(other.remove(behind)),
            Some(_) => None,
        }
    }

    /// Pops from both. It must be the same.
    fn compare(&mut self, queue: &mut RunQueue, nth: usize) {
        let Model { ordinary, urgent, ordinary_next, .. } = self.clone();
        let (seen, popped, expected) = (queue.peek(nth), queue.pop(nth), self.pop(nth));
        let turn = if ordinary_next { "ordinary" } else { "urgent" };
        assert_eq!(
            popped, expected,
            "`pop({nth})` from {ordinary:?} (ordinary) and {urgent:?} (urgent), when it was the \
             {turn} queue's turn"
        );
        assert_eq!(
            seen, popped,
            "`peek({nth})` sees a different task from the one that `pop({nth})` takes"
        );
    }

    /// Takes one out. (Counted from the urgent queue's front, so that a small case stays a case
    /// when it is made smaller.)
    fn remove(&mut self, place: usize) -> Option<u32> {
        let place = place.min(self.len().checked_sub(1)?);
        let Model { ordinary, urgent, .. } = self;
        let behind = place.checked_sub(urgent.len());
        Some(behind.map_or_else(|| urgent.remove(place), |place| ordinary.remove(place)))
    }

    fn len(&self) -> usize {
        self.ordinary.len() + self.urgent.len()
    }
}

fn any_order_of_calls() {
    property(500, &calls(), play);
}

/// Makes these calls, then pops until nothing should be left.
fn play(calls: Sequence<Call>) {
    let (mut queue, mut model) = (RunQueue::default(), Model::default());
    for (slot, call) in (0..).zip(calls) {
        match call {
            Call::PushByTask => {
                model.ordinary.push(slot);
                let place = queue.push(slot, by_a_task());
                assert_eq!(place, model.ordinary.len(), "the place of {slot}, by a task");
            }
            Call::PushByTimer => {
                model.urgent.push(slot);
                model.pushed += 1;
                let place = queue.push(slot, Cause::Timer);
                assert_eq!(place, model.urgent.len(), "the place of {slot}, by a timer");
            }
            Call::PushFront => {
                model.ordinary.insert(0, slot);
                model.ordinary_next |= !model.urgent.is_empty();
                queue.push_front(slot);
            }
            // Asked for one that is there, if any is.
            Call::Pop(nth) => model.compare(&mut queue, nth.min(model.len().saturating_sub(1))),
            Call::Remove(place) => {
                if let Some(slot) = model.remove(place) {
                    queue.remove(slot);
                }
            }
            Call::Shrink => queue.shrink_to(4),
        }
        assert_eq!(queue.len(), model.len(), "how many are in the queue after {call:?}");
        assert_eq!(queue.is_empty(), model.len() == 0, "`is_empty` after {call:?}");
        let counts = (model.pushed, model.pushed - model.urgent.len() as u64);
        assert_eq!(queue.urgent_counts(), counts, "`urgent_counts` after {call:?}");
    }
    while model.len() > 0 {
        model.compare(&mut queue, 0);
    }
    assert_eq!(queue.pop(0), None, "what is popped after the last");
}

// ---- memory -------------------------------------------------------------------------------------

fn room_comes_back() {
    const KEEP: usize = 1_024;
    for (slots, left) in [(many(50_000), 10), (many(50_000), many(5_000)), (1_000, 0)] {
        let mut queue = RunQueue::default();
        for slot in 0..slots {
            queue.push(slot, by_a_task());
            queue.push(slot, Cause::Timer);
        }
        (2 * left..2 * slots).for_each(|_| _ = queue.pop(0));
        queue.shrink_to(KEEP);
        let room = queue.capacity();
        let what = format!(
            "room after `shrink_to({KEEP})`, if each of the two queues has {left} of {slots} tasks left"
        );
        let most = 2 * KEEP.max(left as usize);
        expect(room <= most, &what, room, &format!("at most {most}"));
        let least = 2 * KEEP.min(slots as usize);
        expect(
            room >= least,
            &what,
            room,
            &format!("at least {least}: a small queue keeps its own"),
        );
        let expected: Vec<u32> = (slots - left..slots).flat_map(|slot| [slot; 2]).collect();
        assert_eq!(pop_all(&mut queue), expected, "those that are left after `shrink_to({KEEP})`");
    }
}

// ---- the engine with this queue in it -----------------------------------------------------------

/// How many tasks are busy.
const BUSY: usize = many(1_000) as usize;

fn a_timer_among_the_busy() {
    let runtime = Runtime::with(Config { start_paused: true, ..Config::default() });
    let polls = Arc::new(AtomicUsize::new(0));
    let stop = Arc::new(AtomicUsize::new(0));
    let waited = runtime.expect("a runtime").block_on(async {
        let due = clock::now() + Duration::from_millis(1);
        let counted = polls.clone();
        let sleeper = spawn(async move {
            let mut timer = Timer::new(due);
            poll_fn(|cx| timer.poll(cx)).await;
            counted.load(Ordering::Relaxed)
        });
        for _ in 0..BUSY {
            let (polls, stop) = (polls.clone(), stop.clone());
            spawn(poll_fn(move |cx| {
                if stop.load(Ordering::Relaxed) > 0 {
                    return Poll::Ready(());
                }
                polls.fetch_add(1, Ordering::Relaxed);
                defer(cx, Deferral::Yield);
                Poll::Pending
            }));
        }
        rounds(1, |cx| defer(cx, Deferral::Yield)).await;
        let before = polls.load(Ordering::Relaxed);
        clock::advance(Duration::from_millis(1)).await;
        let at_its_poll = sleeper.await.expect("the sleeper ends");
        stop.fetch_add(1, Ordering::Relaxed);
        at_its_poll - before
    });
    let what = format!("polls of {BUSY} busy tasks before that of one whose timer was due");
    expect(waited < BUSY / 2, &what, waited, &format!("fewer than {}", BUSY / 2));
}
