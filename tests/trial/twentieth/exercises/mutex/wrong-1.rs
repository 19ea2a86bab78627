//! An async mutex: a value for one task at a time, and a line of the tasks that wait for it.

use std::collections::VecDeque;
use std::future::Future;
use std::ops::{Deref, DerefMut};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use kettle_judge::lock;

/// A value for one task at a time. First come, first served.
#[derive(Debug)]
pub struct Mutex<T> {
    state: lock::Mutex<State<T>>,
}

#[derive(Debug)]
struct State<T> {
    /// The value, if it is in no guard.
    free: Option<T>,
    /// The first in the line is the next one that gets the value.
    line: VecDeque<Waiter>,
    next_id: u64,
}

#[derive(Debug)]
struct Waiter {
    id: u64,
    /// Taken when it is called.
    waker: Option<Waker>,
}

impl<T> State<T> {
    /// If the value is free: the waker of the first in the line, to be called.
    fn first(&mut self) -> Option<Waker> {
        self.free.as_ref()?;
        self.line.front_mut()?.waker.take()
    }
}

impl<T> Mutex<T> {
    /// A mutex around `value`, which is free.
    pub fn new(value: T) -> Mutex<T> {
        let state = State { free: Some(value), line: VecDeque::new(), next_id: 0 };
        Mutex { state: lock::Mutex::new(state) }
    }

    /// Waits until the value is this task's. The future is in the line from its first poll on.
    pub fn lock(&self) -> Lock<'_, T> {
        Lock { mutex: self, id: None }
    }

    /// The value, if it is free and no task waits for it.
    pub fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
        let value = self.state.lock().free.take()?;
        Some(MutexGuard { mutex: self, value: Some(value) })
    }

    /// Gives the value to the first in line, or lays it down.
    fn release(&self, value: T) {
        let mut state = self.state.lock();
        state.free = Some(value);
        let waker = state.first();
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

/// Waits for the value. Dropped, it leaves the line; the value, if it was on its way, goes to the
/// next.
#[derive(Debug)]
pub struct Lock<'a, T> {
    mutex: &'a Mutex<T>,
    id: Option<u64>,
}

impl<'a, T> Future for Lock<'a, T> {
    type Output = MutexGuard<'a, T>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<MutexGuard<'a, T>> {
        let mutex = self.mutex;
        let waker = cx.waker().clone();
        let mut state = mutex.state.lock();
        // A newcomer takes it only if the line is empty; who is in the line, only if first.
        let is_first = match self.id {
            None => state.line.is_empty(),
            Some(id) => state.line.front().is_some_and(|first| first.id == id),
        };
        if is_first && let Some(value) = state.free.take() {
            let left = if self.id.take().is_some() { state.line.pop_front() } else { None };
            drop(state);
            drop(left);
            return Poll::Ready(MutexGuard { mutex, value: Some(value) });
        }
        let mut old = None;
        if let Some(id) = self.id {
            if let Some(waiter) = state.line.iter_mut().find(|waiter| waiter.id == id) {
                old = waiter.waker.replace(waker);
            }
        } else {
            let id = state.next_id;
            state.next_id += 1;
            state.line.push_back(Waiter { id, waker: Some(waker) });
            self.id = Some(id);
        }
        drop(state);
        drop(old);
        Poll::Pending
    }
}

impl<T> Drop for Lock<'_, T> {
    fn drop(&mut self) {
        let Some(id) = self.id else { return };
        let mut state = self.mutex.state.lock();
        let place = state.line.iter().position(|waiter| waiter.id == id);
        let left = place.and_then(|place| state.line.remove(place));
        let next = state.first();
        drop(state);
        drop(left);
        if let Some(next) = next {
            next.wake();
        }
    }
}

/// The value, until it is dropped. May be held across an `.await`.
#[derive(Debug)]
pub struct MutexGuard<'a, T> {
    mutex: &'a Mutex<T>,
    /// Taken by `drop` only.
    value: Option<T>,
}

impl<T> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.value.as_ref().expect("the value is here until the guard is dropped")
    }
}

impl<T> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.value.as_mut().expect("the value is here until the guard is dropped")
    }
}

impl<T> Drop for MutexGuard<'_, T> {
    fn drop(&mut self) {
        if let Some(value) = self.value.take() {
            self.mutex.release(value);
        }
    }
}
