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
    /// The value, if it is in no guard and promised to no waiter.
    free: Option<T>,
    /// The value, and the waker of the task that it is promised to.
    promised: Option<(T, Waker)>,
    /// Of each waiter the waker to call, and the one to know it by.
    line: VecDeque<(Waker, Waker)>,
}

impl<T> State<T> {
    fn give(&mut self, value: T) -> Option<Waker> {
        let Some((to_call, known_by)) = self.line.pop_front() else {
            self.free = Some(value);
            return None;
        };
        self.promised = Some((value, known_by));
        Some(to_call)
    }

    /// Is the value promised to the task of this waker?
    fn is_promised_to(&self, waker: &Waker) -> bool {
        self.promised.as_ref().is_some_and(|(_, of)| of.will_wake(waker))
    }
}

impl<T> Mutex<T> {
    /// A mutex around `value`, which is free.
    pub fn new(value: T) -> Mutex<T> {
        let state = State { free: Some(value), promised: None, line: VecDeque::new() };
        Mutex { state: lock::Mutex::new(state) }
    }

    /// Waits until the value is this task's. The future is in the line from its first poll on.
    pub fn lock(&self) -> Lock<'_, T> {
        Lock { mutex: self, waker: None }
    }

    /// The value, if it is free and no task waits for it.
    pub fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
        let value = self.state.lock().free.take()?;
        Some(MutexGuard { mutex: self, value: Some(value) })
    }

    /// Gives the value to the first in line, or lays it down.
    fn release(&self, value: T) {
        let mut state = self.state.lock();
        let waker = state.give(value);
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
    /// That of the latest poll: by it the line knows this future.
    waker: Option<Waker>,
}

impl<'a, T> Future for Lock<'a, T> {
    type Output = MutexGuard<'a, T>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<MutexGuard<'a, T>> {
        let mutex = self.mutex;
        let newest = (cx.waker().clone(), cx.waker().clone());
        let mine = cx.waker().clone();
        let before = self.waker.take();
        let mut state = mutex.state.lock();
        let Some(before) = before else {
            if let Some(value) = state.free.take() {
                drop(state);
                return Poll::Ready(MutexGuard { mutex, value: Some(value) });
            }
            state.line.push_back(newest);
            drop(state);
            self.waker = Some(mine);
            return Poll::Pending;
        };
        if state.is_promised_to(&before) {
            let (value, of) = state.promised.take().expect("it is promised");
            drop(state);
            drop(of);
            return Poll::Ready(MutexGuard { mutex, value: Some(value) });
        }
        let place = state.line.iter().position(|other| other.1.will_wake(&before));
        let old = place.map(|place| std::mem::replace(&mut state.line[place], newest));
        drop(state);
        drop((old, before));
        self.waker = Some(mine);
        Poll::Pending
    }
}

impl<T> Drop for Lock<'_, T> {
    fn drop(&mut self) {
        let Some(waker) = self.waker.take() else { return };
        let mut state = self.mutex.state.lock();
        if state.is_promised_to(&waker) {
            let (value, of) = state.promised.take().expect("it is promised");
            let next = state.give(value);
            drop(state);
            drop(of);
            if let Some(next) = next {
                next.wake();
            }
            return;
        }
        // Out of the line.
        let line = std::mem::take(&mut state.line);
        let (left, stay): (VecDeque<_>, VecDeque<_>) =
            line.into_iter().partition(|other| other.1.will_wake(&waker));
        state.line = stay;
        drop(state);
        drop(left);
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
