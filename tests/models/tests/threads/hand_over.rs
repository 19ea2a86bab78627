//! What the hand-over slot is put through, and each of its mutants.
//!
//! A task ends on one thread; its handle is polled, dropped, or asked to abort on others. In every
//! order the handle gets the value or learns that there is none yet and is woken later; each value
//! is dropped once, by whoever it is given back to, and under no lock.
//!
//! Refuted: a poll that stores its waker without a second look, and a finish in two steps.
//!
//! Not here: that a foreign waker is not cloned under the lock (`tests/engine/wakes.rs`).

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};

use futures_task::ArcWake;
use kettle_runtime::event::StoredId;
use loom::thread;

use super::hand_over::{self, HandOver};
use crate::ThreadParker;
use crate::base::sync::is_locked;

/// The handle waits for the task's end, at last with a waker that is not its first one.
pub(crate) fn joining(wakers: usize) {
    let slot = Slot::new();
    let task = slot.finish_elsewhere(1);
    for _ in 1..wakers {
        if let Poll::Ready(value) = slot.poll(&waker().1) {
            return slot.joined(&value, vec![task]);
        }
    }
    let value = slot.join();
    slot.joined(&value, vec![task]);
}

/// The handle is polled once or not at all, and is dropped while the task ends.
pub(crate) fn detaching(polls: usize) {
    let slot = Slot::new();
    let task = slot.finish_elsewhere(1);
    let mut taken = None;
    for _ in 0..polls {
        if let Poll::Ready(value) = slot.poll(&waker().1) {
            taken = Some(value);
        }
    }
    let left = slot.hand_over.detach();
    assert_eq!(matches!(left, hand_over::State::Taken), taken.is_some(), "taken, or not");
    drop((left, taken));
    task.join().unwrap();
    assert_eq!(slot.drops(), 1, "a value that nobody will ever take");
}

/// A task is told to have ended twice, at the same time: the handle gets the first end.
pub(crate) fn ending_twice() {
    let slot = Slot::new();
    let tasks = vec![slot.finish_elsewhere(1), slot.finish_elsewhere(2)];
    let value = slot.join();
    for task in tasks {
        task.join().unwrap();
    }
    assert_eq!(slot.drops(), 1, "the other end is dropped");
    drop(value);
    assert_eq!(slot.drops(), 2);
}

/// Two threads abort a task that would never end by itself: one is told that this is news, and
/// wakes the executor, which sees it.
pub(crate) fn aborting() {
    let slot = Slot::new();
    let executor = ThreadParker::new();
    let aborts: Vec<_> = (0..2)
        .map(|_| {
            let (slot, executor) = (slot.clone(), executor.clone());
            thread::spawn(move || {
                let news = slot.hand_over.abort();
                if news {
                    ArcWake::wake_by_ref(&executor);
                }
                news
            })
        })
        .collect();
    while !slot.hand_over.is_aborted() {
        executor.park();
    }
    slot.finish(1);
    let news = aborts.into_iter().map(|abort| abort.join().unwrap());
    assert_eq!(news.filter(|news| *news).count(), 1, "an abort is news once");
    let value = slot.join();
    slot.joined(&value, vec![]);
}

/// A task ends by itself while it is aborted.
pub(crate) fn aborting_at_the_end() {
    let slot = Slot::new();
    let task = slot.finish_elsewhere(1);
    let news = slot.hand_over.abort();
    assert_eq!(slot.hand_over.is_aborted(), news);
    let value = slot.join();
    slot.joined(&value, vec![task]);
    assert!(!slot.hand_over.abort(), "an abort is news of a task that has ended");
}

#[derive(Clone)]
struct Slot {
    hand_over: Arc<HandOver<Value>>,
    drops: Arc<AtomicUsize>,
}

/// Counts its drops, and must not be dropped under a lock: that is user code.
struct Value {
    number: usize,
    drops: Arc<AtomicUsize>,
}

impl Drop for Value {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.drops.fetch_add(1, Ordering::Relaxed);
            assert!(!is_locked(), "a value is dropped under the lock");
        }
    }
}

impl Slot {
    fn new() -> Slot {
        Slot { hand_over: Arc::new(HandOver::new()), drops: Arc::default() }
    }

    fn drops(&self) -> usize {
        self.drops.load(Ordering::Relaxed)
    }

    /// What `join_handle.rs: complete` does.
    fn finish(&self, number: usize) {
        let value = Value { number, drops: self.drops.clone() };
        let (waker, unwanted) = self.hand_over.finish(value);
        if let Some(waker) = waker {
            waker.wake();
        }
        let others = unwanted.as_ref().is_some_and(|value| value.number != number);
        assert!(!others, "another's value is given back");
    }

    fn finish_elsewhere(&self, number: usize) -> thread::JoinHandle<()> {
        let slot = self.clone();
        thread::spawn(move || slot.finish(number))
    }

    fn poll(&self, waker: &Waker) -> Poll<Value> {
        self.hand_over.poll(&Context::from_waker(waker), || StoredId::NONE)
    }

    /// What awaiting a handle does, on a thread of its own.
    fn join(&self) -> Value {
        let (parker, waker) = waker();
        loop {
            match self.poll(&waker) {
                Poll::Ready(value) => return value,
                Poll::Pending => parker.park(),
            }
        }
    }

    /// After the value has come.
    fn joined(&self, value: &Value, tasks: Vec<thread::JoinHandle<()>>) {
        assert_eq!((value.number, self.drops()), (1, 0), "the task's value");
        assert!(self.hand_over.is_finished(), "its output was taken, and it has not ended");
        for task in tasks {
            task.join().unwrap();
        }
        assert!(matches!(self.hand_over.detach(), hand_over::State::Taken));
    }
}

fn waker() -> (Arc<ThreadParker>, Waker) {
    let parker = ThreadParker::new();
    (parker.clone(), futures_task::waker(parker))
}
