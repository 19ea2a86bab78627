//! What the answer of `06-run-queue` must do.

use std::cell::Cell;
use std::future::poll_fn;
use std::rc::Rc;
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
            assert_eq!(queue.push(index, cause), place, "the place of {index}, woken by {cause:?}");
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
    let prompt: Vec<bool> = order.iter().map(|&index| index >= 100).collect();
    let in_turn = prompt.windows(2).all(|two| two[0] != two[1]);
    assert!(
        in_turn && order.len() == 20,
        "0 to 9 stand in one line, 100 to 109 in the other, and they were popped in this order: {order:?}"
    );
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
    Remove(u32),
}

fn calls() -> impl Strategy<Value = Sequence<Call>> {
    let call = prop_oneof![
        3 => Just(Call::PushByTask),
        3 => Just(Call::PushByTimer),
        1 => Just(Call::PushFront),
        4 => Just(Call::Pop),
        1 => (0..12_u32).prop_map(Call::Remove),
    ];
    vec(call, 0..60)
}

/// The two lines, the long one first.
#[derive(Default)]
struct Model {
    lines: [Vec<u32>; 2],
    /// How many of the other line were popped since this line's front came there.
    passed: [usize; 2],
}

impl Model {
    fn push(&mut self, line: usize, at: usize, index: u32) {
        self.lines[line].insert(at, index);
        if at == 0 {
            self.passed[line] = 0;
        }
    }

    fn remove(&mut self, index: u32) {
        for line in 0..2 {
            if self.lines[line].first() == Some(&index) {
                self.passed[line] = 0;
            }
            self.lines[line].retain(|&other| other != index);
        }
    }

    /// Is this what may be popped now?
    fn popped(&mut self, popped: Option<u32>) {
        let Some(popped) = popped else {
            return assert!(self.len() == 0, "nothing was popped from {:?}", self.lines);
        };
        let front = |line: &Vec<u32>| line.first() == Some(&popped);
        let Some(line) = self.lines.iter().position(front) else {
            panic!("{popped} was popped, which is at the front of neither line: {:?}", self.lines)
        };
        self.lines[line].remove(0);
        self.passed[line] = 0;
        let other = 1 - line;
        if let Some(front) = self.lines[other].first() {
            self.passed[other] += 1;
            let passed = self.passed[other];
            assert!(
                passed < 2,
                "{front} was at the front, and {passed} of the other line went first"
            );
        }
    }

    fn len(&self) -> usize {
        self.lines[0].len() + self.lines[1].len()
    }
}

fn none_lost_none_twice() {
    property(2_000, &calls(), |calls| {
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
                    let end = model.lines[line].len();
                    model.push(line, end, index);
                    assert_eq!(queue.push(index, cause), end + 1, "the place of {index}");
                }
                Call::PushFront => {
                    let index = fresh();
                    model.push(0, 0, index);
                    queue.push_front(index);
                }
                Call::Pop => model.popped(queue.pop()),
                Call::Remove(index) => {
                    model.remove(index);
                    queue.remove(index);
                }
            }
            assert_eq!(queue.len(), model.len(), "how many stand in the queue after {call:?}");
            queue.give_back();
        }
        while model.len() > 0 {
            model.popped(queue.pop());
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
    let yielded = Rc::new(Cell::new(false));
    poll_fn(|cx| {
        if yielded.replace(true) {
            return Poll::Ready(());
        }
        defer(cx, Deferral::Yield);
        Poll::Pending
    })
    .await;
}
