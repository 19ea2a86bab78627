//! A `Notify` against a list, under random operations.
//!
//! Five tasks make futures, enable them or not, poll and drop them; others notify one, the last, or
//! all. After each operation the notify and the model must agree on which future is ready and on how
//! often each task was woken.
//!
//! Can it fail? Each of these, put into `sync/notify/value.rs` by hand, was found: a dropped future
//! that was notified passes nothing on, or passes it on although all were notified; a future does
//! not compare the number of calls; `notify_waiters` takes away what was left.

#[path = "../../common/mod.rs"]
mod common;

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;

use common::CountingWaker;
use kettle::sync::Notify;
use kettle::sync::futures::OwnedNotified;
use proptest::collection::vec;
use proptest::prelude::*;

const TASKS: usize = 5;

#[derive(Clone, Debug)]
enum Op {
    /// Makes a future if the task has none.
    Make(usize),
    Enable(usize),
    Poll(usize),
    Drop(usize),
    One,
    Last,
    All,
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        6 => (0..TASKS).prop_map(Op::Make),
        3 => (0..TASKS).prop_map(Op::Enable),
        8 => (0..TASKS).prop_map(Op::Poll),
        4 => (0..TASKS).prop_map(Op::Drop),
        3 => Just(Op::One),
        2 => Just(Op::Last),
        1 => Just(Op::All),
    ]
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Stage {
    /// Made after so many calls of `notify_waiters`.
    New(usize),
    Waits,
    /// Notified alone, as the first or the last, and not polled since.
    Given {
        as_last: bool,
    },
    Done,
}

#[derive(Default)]
struct Model {
    left: bool,
    calls: usize,
    line: VecDeque<usize>,
    stages: [Option<Stage>; TASKS],
    /// Its future was polled, so that there is a waker.
    polled: [bool; TASKS],
    wakes: [usize; TASKS],
}

impl Model {
    /// Is it ready? If not, it joins the line.
    fn ask(&mut self, task: usize) -> bool {
        let meant = |calls| calls != self.calls;
        match self.stages[task].expect("there is a future") {
            Stage::New(calls) if meant(calls) => {}
            Stage::New(_) if self.left => self.left = false,
            Stage::New(_) => {
                self.line.push_back(task);
                self.stages[task] = Some(Stage::Waits);
            }
            Stage::Waits | Stage::Given { .. } | Stage::Done => {}
        }
        let ready = self.stages[task] != Some(Stage::Waits);
        if ready {
            self.stages[task] = Some(Stage::Done);
        }
        ready
    }

    fn notify(&mut self, as_last: bool) {
        let next = if as_last { self.line.pop_back() } else { self.line.pop_front() };
        match next {
            Some(task) => {
                self.stages[task] = Some(Stage::Given { as_last });
                self.wakes[task] += usize::from(self.polled[task]);
            }
            None => self.left = true,
        }
    }

    fn notify_all(&mut self) {
        self.calls += 1;
        for task in std::mem::take(&mut self.line) {
            self.stages[task] = Some(Stage::Done);
            self.wakes[task] += usize::from(self.polled[task]);
        }
    }

    fn drop(&mut self, task: usize) {
        self.line.retain(|other| *other != task);
        if let Some(Stage::Given { as_last }) = self.stages[task].take() {
            self.notify(as_last);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..Default::default() })]

    #[test]
    fn a_notify_is_a_flag_and_a_line(ops in vec(op(), 1..80)) {
        let mut model = Model::default();
        let notify = Arc::new(Notify::new());
        let mut futures: [Option<Pin<Box<OwnedNotified>>>; TASKS] = Default::default();
        let wakers: [_; TASKS] = std::array::from_fn(|_| CountingWaker::new());
        for op in ops {
            match op {
                Op::Make(task) if futures[task].is_none() => {
                    futures[task] = Some(Box::pin(notify.clone().notified_owned()));
                    model.stages[task] = Some(Stage::New(model.calls));
                    model.polled[task] = false;
                }
                Op::Enable(task) => {
                    if let Some(future) = &mut futures[task] {
                        prop_assert_eq!(future.as_mut().enable(), model.ask(task));
                    }
                }
                Op::Poll(task) => {
                    if let Some(future) = &mut futures[task] {
                        let ready = wakers[task].poll(future).is_ready();
                        prop_assert_eq!(ready, model.ask(task));
                        model.polled[task] = true;
                    }
                }
                Op::Drop(task) => {
                    if futures[task].take().is_some() {
                        model.drop(task);
                    }
                }
                Op::One => {
                    notify.notify_one();
                    model.notify(false);
                }
                Op::Last => {
                    notify.notify_last();
                    model.notify(true);
                }
                Op::All => {
                    notify.notify_waiters();
                    model.notify_all();
                }
                Op::Make(_) => {}
            }
            let wakes: Vec<_> = wakers.iter().map(CountingWaker::wakes).collect();
            prop_assert_eq!(wakes, model.wakes.to_vec());
        }
    }
}
