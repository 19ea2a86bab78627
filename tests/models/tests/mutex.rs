//! A mutex against a list, under random operations.
//!
//! Five tasks lock, poll their locks out of turn, give them up, and release; somebody only tries.
//! After each operation the mutex and the model must agree on who has it, on whether trying
//! succeeds, and on how often everybody was woken.
//!
//! A mutex is one permit and its line, which have a model of their own (`semaphore.rs`).

#[path = "../../common/mod.rs"]
mod common;

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

use common::CountingWaker;
use kettle::sync::{Mutex, OwnedMutexGuard};
use proptest::collection::vec;
use proptest::prelude::*;

const TASKS: usize = 5;

#[derive(Clone, Debug)]
enum Op {
    /// The task polls its lock, a new one if it has none.
    Lock(usize),
    GiveUp(usize),
    Release,
    Try,
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        6 => (0..TASKS).prop_map(Op::Lock),
        2 => (0..TASKS).prop_map(Op::GiveUp),
        4 => Just(Op::Release),
        1 => Just(Op::Try),
    ]
}

/// What the mutex should do.
#[derive(Default)]
struct Model {
    held: bool,
    line: VecDeque<usize>,
    wakes: [usize; TASKS],
}

impl Model {
    fn lock(&mut self, task: usize) -> bool {
        if !self.line.contains(&task) {
            if !self.held && self.line.is_empty() {
                self.held = true;
                return true;
            }
            self.line.push_back(task);
        }
        let turn = !self.held && self.line.front() == Some(&task);
        if turn {
            self.line.pop_front();
            self.held = true;
        }
        turn
    }

    fn give_up(&mut self, task: usize) {
        let was_first = self.line.front() == Some(&task);
        self.line.retain(|other| *other != task);
        if was_first && !self.held {
            self.call_first();
        }
    }

    fn release(&mut self) {
        self.held = false;
        self.call_first();
    }

    fn call_first(&mut self) {
        if let Some(first) = self.line.front() {
            self.wakes[*first] += 1;
        }
    }
}

type Locking = Pin<Box<dyn Future<Output = OwnedMutexGuard<u32>>>>;

#[derive(Default)]
struct Real {
    mutex: Arc<Mutex<u32>>,
    locks: [Option<Locking>; TASKS],
    guard: Option<OwnedMutexGuard<u32>>,
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..Default::default() })]

    #[test]
    fn a_mutex_is_a_line(ops in vec(op(), 1..80)) {
        let (mut model, mut real) = (Model::default(), Real::default());
        let wakers: [_; TASKS] = std::array::from_fn(|_| CountingWaker::new());
        let mut taken = 0;
        for op in ops {
            match op {
                Op::Lock(task) => {
                    let new: Locking = Box::pin(real.mutex.clone().lock_owned());
                    let mut lock = real.locks[task].take().unwrap_or(new);
                    match wakers[task].poll(&mut lock) {
                        Poll::Ready(mut guard) => {
                            prop_assert!(model.lock(task), "not its turn");
                            taken += 1;
                            *guard += 1;
                            real.guard = Some(guard);
                        }
                        Poll::Pending => {
                            prop_assert!(!model.lock(task), "its turn");
                            real.locks[task] = Some(lock);
                        }
                    }
                }
                Op::GiveUp(task) => {
                    if real.locks[task].take().is_some() {
                        model.give_up(task);
                    }
                }
                Op::Release => {
                    if real.guard.take().is_some() {
                        model.release();
                    }
                }
                Op::Try => {
                    let free = !model.held && model.line.is_empty();
                    prop_assert_eq!(real.mutex.try_lock().is_ok(), free);
                }
            }
            let wakes: Vec<_> = wakers.iter().map(CountingWaker::wakes).collect();
            prop_assert_eq!(wakes, model.wakes.to_vec());
        }
        real.locks = Default::default();
        real.guard = None;
        prop_assert_eq!(Arc::into_inner(real.mutex).map(Mutex::into_inner), Some(taken));
    }
}
