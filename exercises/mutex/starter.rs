//! An async mutex: a value for one task at a time, and a line of the tasks that wait for it.
//!
//! The value is taken out of the mutex into a guard, and put back. Decide what `State` and `Lock`
//! have to remember besides, then replace each `todo!()`.

use std::future::Future;
use std::ops::{Deref, DerefMut};
use std::pin::Pin;
use std::sync;
use std::task::{Context, Poll};

/// A value for one task at a time. First come, first served.
#[derive(Debug)]
pub struct Mutex<T> {
    state: sync::Mutex<State<T>>,
}

#[derive(Debug)]
struct State<T> {
    /// The value, unless a guard has it.
    free: Option<T>,
    // Which tasks wait, in which order? Where is the value between a guard and the next one?
}

impl<T> Mutex<T> {
    /// A mutex around `value`, which is free.
    pub fn new(value: T) -> Mutex<T> {
        Mutex { state: sync::Mutex::new(State { free: Some(value) }) }
    }

    /// Waits until the value is this task's. The future is in the line from its first poll on.
    pub fn lock(&self) -> Lock<'_, T> {
        Lock { mutex: self }
    }

    /// The value, if it is free and no task waits for it.
    pub fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
        todo!("a guard, or nothing; don't wait")
    }

    /// Gives the value to the first in line, or puts it back if no task waits.
    fn release(&self, value: T) {
        todo!("whose is the value now? Wake that task, and no other")
    }
}

/// Waits for the value. When it is dropped it leaves the line, and if the value was on its way to
/// it, the next in line gets the value.
#[derive(Debug)]
pub struct Lock<'a, T> {
    mutex: &'a Mutex<T>,
    // Is it in the line already? Where?
}

impl<'a, T> Future for Lock<'a, T> {
    type Output = MutexGuard<'a, T>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<MutexGuard<'a, T>> {
        todo!("the value, or a place in line with the newest waker")
    }
}

impl<T> Drop for Lock<'_, T> {
    fn drop(&mut self) {
        todo!("leave the line; pass on a value that was not fetched")
    }
}

/// Has the value until it is dropped. It may be held across an `.await`.
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
