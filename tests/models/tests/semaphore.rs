//! A semaphore against a list, under random operations.
//!
//! Five tasks want permits, one or several at once, poll out of turn, give up, and give back what
//! they have; permits are added and taken away, and sometimes the semaphore is closed. After each
//! operation the semaphore and the model must agree on how many permits are free, on which task gets
//! some, and on how often each was woken.
//!
//! Can it fail? Each of these, put into `sync/semaphore/permits.rs` by hand, was found: a waiter that
//! leaves keeps what it was given; a first waiter does not take what is free; a closed semaphore
//! keeps what waiters had.

#[path = "../../common/mod.rs"]
mod common;

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

use common::CountingWaker;
use kettle::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};
use proptest::collection::vec;
use proptest::prelude::*;

const TASKS: usize = 5;

#[derive(Clone, Debug)]
enum Op {
    /// The task polls its future; a new one wants so many.
    Acquire(usize, u32),
    GiveUp(usize),
    Release(usize),
    Forget(usize),
    Add(usize),
    TakeAway(usize),
    Try(u32),
    Close,
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        60 => (0..TASKS, 0..4_u32).prop_map(|(task, n)| Op::Acquire(task, n)),
        15 => (0..TASKS).prop_map(Op::GiveUp),
        30 => (0..TASKS).prop_map(Op::Release),
        3 => (0..TASKS).prop_map(Op::Forget),
        12 => (0..4_usize).prop_map(Op::Add),
        3 => (0..4_usize).prop_map(Op::TakeAway),
        10 => (0..4_u32).prop_map(Op::Try),
        1 => Just(Op::Close),
    ]
}

/// A task that waits, or was served and has not come to collect.
#[derive(Clone, Debug)]
struct Waiter {
    task: usize,
    missing: usize,
    got: usize,
}

#[derive(Default)]
struct Model {
    free: usize,
    closed: bool,
    line: VecDeque<Waiter>,
    served: Vec<Waiter>,
    wakes: [usize; TASKS],
}

impl Model {
    /// `None`: it waits.
    fn acquire(&mut self, task: usize, wanted: usize) -> Option<Result<(), ()>> {
        if self.closed {
            return Some(Err(()));
        }
        if let Some(index) = self.served.iter().position(|waiter| waiter.task == task) {
            self.served.remove(index);
            return Some(Ok(()));
        }
        if self.line.iter().any(|waiter| waiter.task == task) {
            return None;
        }
        if self.free >= wanted {
            self.free -= wanted;
            return Some(Ok(()));
        }
        let got = std::mem::take(&mut self.free);
        self.line.push_back(Waiter { task, missing: wanted - got, got });
        None
    }

    fn give(&mut self, mut permits: usize) {
        while permits > 0 {
            let Some(first) = self.line.front_mut() else { break };
            let some = permits.min(first.missing);
            (first.missing, first.got) = (first.missing - some, first.got + some);
            permits -= some;
            if first.missing == 0 {
                self.wakes[first.task] += 1;
                self.served.extend(self.line.pop_front());
            }
        }
        self.free += permits;
    }

    fn give_up(&mut self, task: usize) {
        let in_line = self.line.iter().position(|waiter| waiter.task == task);
        let served = self.served.iter().position(|waiter| waiter.task == task);
        let gone = in_line.and_then(|index| self.line.remove(index));
        let gone = gone.or_else(|| served.map(|index| self.served.remove(index)));
        self.give(gone.map_or(0, |waiter| waiter.got));
    }

    fn close(&mut self) {
        if std::mem::replace(&mut self.closed, true) {
            return;
        }
        for waiter in self.line.drain(..) {
            self.wakes[waiter.task] += 1;
            self.free += waiter.got;
        }
        self.free += self.served.drain(..).map(|waiter| waiter.got).sum::<usize>();
    }
}

type Acquiring = Pin<Box<dyn Future<Output = Result<OwnedSemaphorePermit, AcquireError>>>>;

struct Real {
    semaphore: Arc<Semaphore>,
    acquires: [Option<(Acquiring, u32)>; TASKS],
    permits: [Vec<OwnedSemaphorePermit>; TASKS],
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..Default::default() })]

    #[test]
    fn a_semaphore_is_a_count_and_a_line(permits in 0..4_usize, ops in vec(op(), 1..80)) {
        let mut model = Model { free: permits, ..Model::default() };
        let mut real = Real {
            semaphore: Arc::new(Semaphore::new(permits)),
            acquires: Default::default(),
            permits: Default::default(),
        };
        let wakers: [_; TASKS] = std::array::from_fn(|_| CountingWaker::new());
        for op in ops {
            match op {
                Op::Acquire(task, n) => {
                    let new = || -> (Acquiring, u32) {
                        (Box::pin(real.semaphore.clone().acquire_many_owned(n)), n)
                    };
                    let (mut future, n) = real.acquires[task].take().unwrap_or_else(new);
                    let expected = model.acquire(task, n as usize);
                    match wakers[task].poll(&mut future) {
                        Poll::Ready(Ok(permit)) => {
                            prop_assert_eq!(expected, Some(Ok(())), "not its turn");
                            real.permits[task].push(permit);
                        }
                        Poll::Ready(Err(_)) => prop_assert_eq!(expected, Some(Err(()))),
                        Poll::Pending => {
                            prop_assert_eq!(expected, None, "its turn");
                            real.acquires[task] = Some((future, n));
                        }
                    }
                }
                Op::GiveUp(task) => {
                    if real.acquires[task].take().is_some() {
                        model.give_up(task);
                    }
                }
                Op::Release(task) => {
                    if let Some(permit) = real.permits[task].pop() {
                        let some = permit.num_permits();
                        drop(permit);
                        model.give(some);
                    }
                }
                Op::Forget(task) => {
                    let _ = real.permits[task].pop().map(OwnedSemaphorePermit::forget);
                }
                Op::Add(n) => {
                    real.semaphore.add_permits(n);
                    model.give(n);
                }
                Op::TakeAway(n) => {
                    let some = n.min(model.free);
                    model.free -= some;
                    prop_assert_eq!(real.semaphore.forget_permits(n), some);
                }
                Op::Try(n) => {
                    let fits = !model.closed && model.free >= n as usize;
                    prop_assert_eq!(real.semaphore.try_acquire_many(n).is_ok(), fits);
                }
                Op::Close => {
                    real.semaphore.close();
                    model.close();
                }
            }
            prop_assert_eq!(real.semaphore.available_permits(), model.free);
            let wakes: Vec<_> = wakers.iter().map(CountingWaker::wakes).collect();
            prop_assert_eq!(wakes, model.wakes.to_vec());
        }
    }
}
