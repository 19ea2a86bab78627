//! What the answer of `06-run-queue` must do.

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;
use std::time::Duration;

use kettle_judge::proptest::collection::vec;
use kettle_judge::proptest::prelude::*;
use kettle_judge::{Check, Sequence, check, property};

use crate::event::{Cause, Deferral};
use crate::queue::RunQueue;
use crate::{Config, Id, Runtime, Timer, clock, defer, spawn};

pub const CHECKS: &[Check] = &[
    check!(first_come_first_served, "within a line, who was pushed first is popped first"),
    check!(in_turn, "who a timer or a socket woke is served in turn with the rest"),
    check!(at_the_front, "`push_front` puts a task before all others of the long line"),
    check!(none_lost_none_twice, "each task is popped once, whatever is pushed and removed"),
    check!(room_comes_back, "after a burst the memory is given back; a small queue keeps its own"),
    check!(a_timer_among_the_busy, "a due timer does not wait behind a thousand busy tasks"),
];

fn by_a_task() -> Cause {
    Cause::Task(Id::next())
}

fn pop_all(queue: &mut RunQueue) -> Vec<u32> {
    std::iter::from_fn(|| queue.pop()).take(100_000).collect()
}

fn first_come_first_served() {
    for cause in [by_a_task(), Cause::Letter, Cause::Engine, Cause::Timer, Cause::Io] {
        let mut queue = RunQueue::new();
        assert_eq!(queue.pop(), None, "what an empty queue pops");
        for (index, place) in [(7, 1), (3, 2), (5, 3)] {
            assert_eq!(queue.push(index, cause), place, "the place of {index}, by {cause:?}");
        }
        assert_eq!(queue.len(), 3, "how many stand in the queue");
        assert_eq!(pop_all(&mut queue), [7, 3, 5], "the order of those woken by {cause:?}");
        assert_eq!(queue.len(), 0, "how many are left");
    }
}

fn in_turn() {
    let mut queue = RunQueue::new();
    for index in 0..10 {
        assert_eq!(queue.push(index, by_a_task()) as u32, index + 1, "the place in the long line");
        let cause = if index % 2 == 0 { Cause::Timer } else { Cause::Io };
        let place = queue.push(100 + index, cause);
        assert_eq!(place as u32, index + 1, "the place in the short line");
    }
    let order = pop_all(&mut queue);
    let expected: Vec<u32> = (0..10).flat_map(|index| [100 + index, index]).collect();
    assert_eq!(order, expected, "the order, with 0 to 9 in the long line, 100 to 109 in the short");
}

fn at_the_front() {
    let mut queue = RunQueue::new();
    for index in 1..=3 {
        queue.push(index, Cause::Engine);
    }
    queue.push_front(0);
    assert_eq!(queue.len(), 4, "how many stand in the queue");
    assert_eq!(pop_all(&mut queue), [0, 1, 2, 3], "the order after `push_front(0)`");
}

// ---- any order of calls, against a model of two plain lists ---------------------------------------

#[derive(Clone, Copy, Debug)]
enum Call {
    PushByTask,
    PushByTimer,
    PushFront,
    Pop,
    /// One of those that stand there: the short line first, the last one if there are fewer.
    Remove(usize),
    RemoveAbsent,
}

fn calls() -> impl Strategy<Value = Sequence<Call>> {
    let call = prop_oneof![
        3 => Just(Call::PushByTask),
        3 => Just(Call::PushByTimer),
        1 => Just(Call::PushFront),
        4 => Just(Call::Pop),
        1 => (0..12_usize).prop_map(Call::Remove),
        1 => Just(Call::RemoveAbsent),
    ];
    vec(call, 0..60)
}

/// The two lines, the long one first.
#[derive(Default)]
struct Model {
    lines: [Vec<u32>; 2],
    /// Is it the long line's turn?
    longs_turn: bool,
}

impl Model {
    fn pop(&mut self) -> Option<u32> {
        let [long, short] = &mut self.lines;
        let mut line = long;
        if !short.is_empty() {
            if !self.longs_turn || line.is_empty() {
                line = short;
            }
            self.longs_turn = !self.longs_turn;
        }
        if line.is_empty() { None } else { Some(line.remove(0)) }
    }

    /// Pops from both. It must be the same.
    fn compare(&mut self, queue: &mut RunQueue) {
        let (lines, longs_turn) = (self.lines.clone(), self.longs_turn);
        let (popped, expected) = (queue.pop(), self.pop());
        let whose = if longs_turn { "long" } else { "short" };
        let [long, short] = lines;
        assert_eq!(
            popped, expected,
            "popped from {long:?} (long) and {short:?} (short), when it was the {whose} line's turn"
        );
    }

    /// Takes one out. (Counted from the short line's front, so that a small case stays a case when
    /// it is made smaller.)
    fn remove(&mut self, place: usize) -> Option<u32> {
        let place = place.min(self.len().checked_sub(1)?);
        let [long, short] = &mut self.lines;
        let long_place = place.checked_sub(short.len());
        Some(long_place.map_or_else(|| short.remove(place), |place| long.remove(place)))
    }

    fn len(&self) -> usize {
        self.lines[0].len() + self.lines[1].len()
    }
}

fn none_lost_none_twice() {
    property(500, &calls(), |calls| {
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
                    let (line, index) = (usize::from(timer), fresh());
                    model.lines[line].push(index);
                    let place = model.lines[line].len();
                    assert_eq!(queue.push(index, cause), place, "the place of {index}");
                }
                Call::PushFront => {
                    let index = fresh();
                    model.lines[0].insert(0, index);
                    queue.push_front(index);
                }
                Call::Pop => model.compare(&mut queue),
                Call::Remove(place) => {
                    if let Some(index) = model.remove(place) {
                        queue.remove(index);
                    }
                }
                Call::RemoveAbsent => queue.remove(fresh()),
            }
            assert_eq!(queue.len(), model.len(), "how many stand in the queue after {call:?}");
            queue.give_back();
        }
        while model.len() > 0 {
            model.compare(&mut queue);
        }
        assert_eq!(queue.pop(), None, "what is popped after the last");
    });
}

// ---- memory -------------------------------------------------------------------------------------

fn room_comes_back() {
    for cause in [by_a_task(), Cause::Timer] {
        let mut queue = RunQueue::new();
        for index in 0..100_000 {
            queue.push(index, cause);
        }
        for _ in 0..99_990 {
            queue.pop();
        }
        queue.give_back();
        let (room, rest) = (queue.capacity(), pop_all(&mut queue));
        assert!(room <= 4_096, "ten of 100,000 are left, and there is room for {room}");
        let expected: Vec<u32> = (99_990..100_000).collect();
        assert_eq!(rest, expected, "those that are left after `give_back`");

        let mut queue = RunQueue::new();
        for index in 0..500 {
            queue.push(index, cause);
        }
        pop_all(&mut queue);
        queue.give_back();
        let room = queue.capacity();
        assert!(room >= 500, "500 came and went; room for {room} is left, and it must grow again");

        let mut queue = RunQueue::new();
        for index in 0..5_000 {
            queue.push(index, cause);
        }
        for _ in 0..500 {
            queue.pop();
        }
        let before = queue.capacity();
        queue.give_back();
        let room = queue.capacity();
        assert_eq!(room, before, "the room of a line of which about half is in use");
    }
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
        one_round().await;
        let before = polls.load(Ordering::Relaxed);
        clock::advance(Duration::from_millis(1)).await;
        let at_its_poll = sleeper.await.expect("the sleeper ends");
        stop.fetch_add(1, Ordering::Relaxed);
        at_its_poll - before
    });
    assert!(waited < BUSY / 2, "the timer was due, and {waited} polls of others came first");
}

/// Goes once through the queue.
async fn one_round() {
    let mut yielded = false;
    poll_fn(|cx| {
        if std::mem::replace(&mut yielded, true) {
            return Poll::Ready(());
        }
        defer(cx, Deferral::Yield);
        Poll::Pending
    })
    .await;
}
