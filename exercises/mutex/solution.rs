//! An async mutex: a value for one task at a time, and a line of the tasks that wait for it.
//!
//! The value itself is handed on. It is always in just one place: free, in a guard, or on its way
//! from a guard to the first in line. So there is no flag "locked" that could contradict it.

use std::collections::BTreeMap;
use std::future::Future;
use std::ops::{Deref, DerefMut};
use std::pin::Pin;
use std::sync;
use std::task::{Context, Poll, Waker};

/// A value for one task at a time. First come, first served.
#[derive(Debug)]
pub struct Mutex<T> {
    state: sync::Mutex<State<T>>,
}

#[derive(Debug)]
struct State<T> {
    /// The value, if it is in no guard. Then there is no waiter.
    free: Option<T>,
    /// The value, on its way to this waiter, which was woken and has not been polled yet.
    handed: Option<(u64, T)>,
    /// The waiters. The numbers rise, so the first in the map has waited longest.
    line: BTreeMap<u64, Waker>,
    /// The newest waiter's number.
    newest: u64,
}

impl<T> Mutex<T> {
    /// A mutex around `value`, which is free.
    pub fn new(value: T) -> Mutex<T> {
        let state = State { free: Some(value), handed: None, line: BTreeMap::new(), newest: 0 };
        Mutex { state: sync::Mutex::new(state) }
    }

    /// Waits until the value is this task's. The future is in the line from its first poll on.
    pub fn lock(&self) -> Lock<'_, T> {
        Lock { mutex: self, place: Place::Outside }
    }

    /// The value, if it is free and no task waits for it.
    pub fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
        let value = self.state().free.take()?;
        Some(MutexGuard { mutex: self, value: Some(value) })
    }

    /// Gives the value to the first in line, or lays it down.
    fn release(&self, value: T) {
        // The guard is gone at the end of this line: a waker may run any code.
        let next = self.state().hand_on(value);
        if let Some(waker) = next {
            waker.wake();
        }
    }

    fn state(&self) -> sync::MutexGuard<'_, State<T>> {
        self.state.lock().expect("no panic while the lock is held")
    }
}

impl<T> State<T> {
    fn hand_on(&mut self, value: T) -> Option<Waker> {
        if let Some((number, waker)) = self.line.pop_first() {
            self.handed = Some((number, value));
            return Some(waker);
        }
        self.free = Some(value);
        None
    }

    fn take_handed(&mut self, number: u64) -> Option<T> {
        self.handed.take_if(|(whose, _)| *whose == number).map(|(_, value)| value)
    }

    fn new_number(&mut self) -> u64 {
        self.newest += 1;
        self.newest
    }
}

/// Waits for the value. Dropped, it leaves the line; the value, if it was on its way, goes to the
/// next.
#[derive(Debug)]
pub struct Lock<'a, T> {
    mutex: &'a Mutex<T>,
    place: Place,
}

#[derive(Clone, Copy, Debug)]
enum Place {
    /// Not polled yet.
    Outside,
    /// In line, or taken out of it because the value is on its way.
    InLine(u64),
    /// It gave its guard.
    Done,
}

impl<'a, T> Future for Lock<'a, T> {
    type Output = MutexGuard<'a, T>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<MutexGuard<'a, T>> {
        let waker = cx.waker().clone();
        let mut state = self.mutex.state();
        let value = match self.place {
            Place::Outside => state.free.take(),
            // In line no longer: what is on its way is for this one.
            Place::InLine(number) if !state.line.contains_key(&number) => state.take_handed(number),
            Place::InLine(_) => None,
            Place::Done => panic!("`lock` polled after it was ready"),
        };
        if let Some(value) = value {
            drop(state);
            self.place = Place::Done;
            return Poll::Ready(MutexGuard { mutex: self.mutex, value: Some(value) });
        }
        // A new place at the end, or the same one; in both cases the newest waker.
        let number = match self.place {
            Place::InLine(number) => number,
            _ => state.new_number(),
        };
        let replaced = state.line.insert(number, waker);
        drop(state);
        drop(replaced);
        self.place = Place::InLine(number);
        Poll::Pending
    }
}

impl<T> Drop for Lock<'_, T> {
    fn drop(&mut self) {
        let Place::InLine(number) = self.place else { return };
        let mut state = self.mutex.state();
        let own = state.line.remove(&number);
        // It was woken, and doesn't come: the value must not stay where it is.
        let next = match state.take_handed(number) {
            Some(value) => state.hand_on(value),
            None => None,
        };
        drop(state);
        drop(own);
        if let Some(waker) = next {
            waker.wake();
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
