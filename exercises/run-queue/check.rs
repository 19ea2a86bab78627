//! What the answer of `run-queue` must do.

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;
use std::time::Duration;

use kettle_judge::count::rounds;
use kettle_judge::proptest::collection::vec;
use kettle_judge::proptest::prelude::*;
use kettle_judge::{Check, Sequence, check, expect, property};

use super::run_queue::RunQueue;
use crate::event::{Cause, Deferral};
use crate::{Config, Id, Runtime, Timer, clock, defer, spawn};

pub const CHECKS: &[Check] = &[
    check!(first_come_first_served => "within each queue, the task pushed first is popped first"),
    check!(in_turn => "urgent tasks and ordinary ones are taken in turn"),
    check!(at_the_front => "`push_front` puts a task before all others of the ordinary queue"),
    check!(none_lost_none_twice => "each task is popped once, whatever is pushed and removed"),
    check!(any_order_of_calls => "after any calls, the next one popped is that of two plain lists"),
    check!(room_comes_back => "after a burst the memory is given back; a small queue keeps its own"),
    check!(a_timer_among_the_busy => "a due timer does not wait behind a thousand busy tasks"),
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
        let mut queue = RunQueue::new();
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
    let mut queue = RunQueue::new();
    for slot in 0..9 {
        let cause = [by_a_task(), Cause::Deferred, Cause::Runtime][slot as usize % 3];
        let place = queue.push(slot, cause);
        assert_eq!(place as u32, slot + 1, "the place in the ordinary queue, by {cause:?}");
        let cause = [Cause::Timer, Cause::Io, Cause::Message][slot as usize % 3];
        let place = queue.push(100 + slot, cause);
        assert_eq!(place as u32, slot + 1, "the place in the urgent queue, by {cause:?}");
    }
    let order = pop_all(&mut queue);
    let expected: Vec<u32> = (0..9).flat_map(|slot| [100 + slot, slot]).collect();
    assert_eq!(order, expected, "the order, with 0 to 8 ordinary and 100 to 108 urgent");
}

fn at_the_front() {
    let mut queue = RunQueue::new();
    for slot in 1..=3 {
        queue.push(slot, Cause::Runtime);
    }
    queue.push_front(0);
    assert_eq!(queue.len(), 4, "how many are in the queue");
    assert_eq!(pop_all(&mut queue), [0, 1, 2, 3], "the order after `push_front(0)`");
}

// ---- any order of calls, against a model of two plain lists --------------------------------------

#[derive(Clone, Copy, Debug)]
enum Call {
    PushByTask,
    PushByTimer,
    PushFront,
    Pop(usize),
    /// One of those that are there: the urgent queue first, the last one if there are fewer.
    Remove(usize),
    RemoveAbsent,
}

fn calls() -> impl Strategy<Value = Sequence<Call>> {
    let call = prop_oneof![
        3 => Just(Call::PushByTask),
        3 => Just(Call::PushByTimer),
        1 => Just(Call::PushFront),
        // As a rule the next one. (A small number, so that a case that is made smaller ends there.)
        4 => (0..12_usize).prop_map(|nth| Call::Pop(nth.saturating_sub(8))),
        1 => (0..12_usize).prop_map(Call::Remove),
        1 => Just(Call::RemoveAbsent),
    ];
    vec(call, 0..60)
}

#[derive(Clone, Default)]
struct Model {
    ordinary: Vec<u32>,
    urgent: Vec<u32>,
    /// Is it the ordinary queue's turn?
    ordinary_next: bool,
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
        let Model { ordinary, urgent, ordinary_next } = self.clone();
        let (popped, expected) = (queue.pop(nth), self.pop(nth));
        let turn = if ordinary_next { "ordinary" } else { "urgent" };
        assert_eq!(
            popped, expected,
            "`pop({nth})` from {ordinary:?} (ordinary) and {urgent:?} (urgent), when it was the \
             {turn} queue's turn"
        );
    }

    /// Pops from the queue. It must be one that is there, whatever the order.
    fn strike_out(&mut self, queue: &mut RunQueue, nth: usize) {
        let (there, popped) = ([&*self.ordinary, &*self.urgent].concat(), queue.pop(nth));
        let right = popped.map_or(there.is_empty(), |slot| there.contains(&slot));
        let expected = if there.is_empty() { "None" } else { "one of them" };
        expect(right, &format!("popped, when {there:?} were in the queue"), popped, expected);
        for list in [&mut self.ordinary, &mut self.urgent] {
            list.retain(|&slot| Some(slot) != popped);
        }
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

fn none_lost_none_twice() {
    property(500, &calls(), |calls| {
        let after = play(calls, Looks::AtWhatIsThere);
        assert_eq!(after, None, "what is popped after the last");
    });
}

fn any_order_of_calls() {
    property(500, &calls(), |calls| {
        play(calls, Looks::AtTheOrder);
    });
}

/// What a check looks at. Each has its own, so that a fault has the right heading.
#[derive(Clone, Copy, PartialEq)]
enum Looks {
    AtWhatIsThere,
    AtTheOrder,
}

/// Makes these calls, then pops until nothing should be left. What is popped after that?
fn play(calls: Sequence<Call>, looks: Looks) -> Option<u32> {
    let pop = match looks {
        Looks::AtWhatIsThere => Model::strike_out,
        Looks::AtTheOrder => Model::compare,
    };
    let (mut queue, mut model) = (RunQueue::new(), Model::default());
    let mut next = 0;
    let mut fresh = || {
        next += 1;
        next - 1
    };
    for call in calls {
        match call {
            Call::PushByTask | Call::PushByTimer => {
                let timer = matches!(call, Call::PushByTimer);
                let cause = if timer { Cause::Timer } else { by_a_task() };
                let list = if timer { &mut model.urgent } else { &mut model.ordinary };
                let slot = fresh();
                list.push(slot);
                let place = queue.push(slot, cause);
                if looks == Looks::AtTheOrder {
                    assert_eq!(place, list.len(), "the place of {slot}, as `push` returns it");
                }
            }
            Call::PushFront => {
                let slot = fresh();
                model.ordinary.insert(0, slot);
                queue.push_front(slot);
            }
            Call::Pop(nth) => {
                // Asked for one that is there, if any is.
                let nth = nth.min(model.len().saturating_sub(1));
                pop(&mut model, &mut queue, nth);
            }
            Call::Remove(place) => {
                if let Some(slot) = model.remove(place) {
                    queue.remove(slot);
                }
            }
            Call::RemoveAbsent => queue.remove(fresh()),
        }
        assert_eq!(queue.len(), model.len(), "how many are in the queue after {call:?}");
        assert_eq!(queue.is_empty(), model.len() == 0, "`is_empty` after {call:?}");
        queue.shrink_to(16);
    }
    while model.len() > 0 {
        pop(&mut model, &mut queue, 0);
    }
    queue.pop(0)
}

// ---- memory -------------------------------------------------------------------------------------

fn room_comes_back() {
    const KEEP: usize = 1_024;
    let causes = [by_a_task(), Cause::Timer];
    let full = |slots: u32| {
        let mut queue = RunQueue::new();
        for slot in 0..slots {
            causes.iter().for_each(|&by| _ = queue.push(slot, by));
        }
        queue
    };
    for (slots, left) in [(50_000, 10), (50_000, 5_000), (1_500, 10)] {
        let mut queue = full(slots);
        for _ in 2 * left..2 * slots as usize {
            queue.pop(0);
        }
        queue.shrink_to(KEEP);
        let (room, rest) = (queue.capacity(), pop_all(&mut queue));
        let most = 2 * KEEP.max(left);
        let what = format!(
            "room after `shrink_to({KEEP})`, when {left} of {slots} are left in each queue"
        );
        expect(room <= most, &what, room, &format!("at most {most}"));
        let least = 2 * left;
        expect(room >= least, &what, room, &format!("at least {least}, the room of those in it"));
        let expected: Vec<u32> = (slots - left as u32..slots).flat_map(|slot| [slot; 2]).collect();
        assert_eq!(rest, expected, "those that are left after `shrink_to({KEEP})`");
    }
    // One of the two has grown, and the other never had a task.
    for (by, keep) in causes.into_iter().zip([KEEP, 0]) {
        let mut queue = RunQueue::new();
        for slot in 0..2_000 {
            queue.push(slot, by);
        }
        pop_all(&mut queue);
        queue.shrink_to(keep);
        let what = format!(
            "room of both queues after `shrink_to({keep})`, when 2,000 have come and gone in one queue, and none in the other"
        );
        let most = format!("about {keep}: neither queue keeps room for more than that");
        expect(queue.capacity() <= keep + 16, &what, queue.capacity(), &most);
    }
    // The turn is no part of the room.
    let mut queue = full(5_000);
    pop_all(&mut queue);
    queue.shrink_to(KEEP);
    queue.push(2, by_a_task());
    queue.push(3, Cause::Timer);
    let expected = "popped, of 2, ordinary, and 3, urgent. (Before, a burst had come and gone, and `shrink_to` gave its room \
                    back. The turn is the ordinary queue's, as the last pop with an urgent task took that one)";
    assert_eq!(queue.pop(0), Some(2), "{expected}");

    let mut queue = full(1_000);
    pop_all(&mut queue);
    queue.shrink_to(KEEP);
    let room = queue.capacity();
    let what = format!("room after `shrink_to({KEEP})`, when 1,000 have come and gone in each");
    expect(room >= 2_000, &what, room, "at least 2,000, so that neither need grow again");
}

// ---- the engine with this queue in it -----------------------------------------------------------

/// How many tasks are busy.
const BUSY: usize = 1_000;

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
