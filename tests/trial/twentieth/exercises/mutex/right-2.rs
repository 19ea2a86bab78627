//! An async mutex: a value for one task at a time, and a line of the tasks that wait for it.
//!
//! With `std`'s mutex, and an `Arc` as each waiter's ticket. A value that is on its way to a waiter lies in `handed`, with the
//! ticket of that waiter.

use std::collections::VecDeque;
use std::future::Future;
use std::ops::{Deref, DerefMut};
use std::pin::Pin;
use std::sync::{Arc, PoisonError};
use std::task::{Context, Poll, Waker};

use std::sync as lock;

/// A value for one task at a time. First come, first served.
#[derive(Debug)]
pub struct Mutex<T> {
    state: lock::Mutex<State<T>>,
}

#[derive(Debug)]
struct State<T> {
    /// The value, if it is in no guard and on its way to no waiter.
    free: Option<T>,
    /// The value that a waiter was woken for, with the waiter's ticket.
    handed: Option<(Ticket, T)>,
    line: VecDeque<(Ticket, Waker)>,
}

type Ticket = Arc<()>;

impl<T> State<T> {
    /// The value goes to the first in the line, whose waker the caller calls without the lock.
    fn pass_on(&mut self, value: T) -> Option<Waker> {
        match self.line.pop_front() {
            Some((ticket, waker)) => {
                self.handed = Some((ticket, value));
                Some(waker)
            }
            None => {
                self.free = Some(value);
                None
            }
        }
    }

    fn take_handed(&mut self, ticket: &Ticket) -> Option<T> {
        match self.handed.take() {
            Some((of, value)) if Arc::ptr_eq(&of, ticket) => Some(value),
            other => {
                self.handed = other;
                None
            }
        }
    }
}

impl<T> Mutex<T> {
    /// A mutex around `value`, which is free.
    pub fn new(value: T) -> Mutex<T> {
        let state = State { free: Some(value), handed: None, line: VecDeque::new() };
        Mutex { state: lock::Mutex::new(state) }
    }

    /// Waits until the value is this task's. The future is in the line from its first poll on.
    pub fn lock(&self) -> Lock<'_, T> {
        Lock { mutex: self, ticket: None }
    }

    /// The value, if it is free and no task waits for it.
    pub fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
        let value = self.state.lock().unwrap_or_else(PoisonError::into_inner).free.take();
        value.map(|value| MutexGuard { mutex: self, value: Some(value) })
    }

    /// Gives the value to the first in line, or lays it down.
    fn release(&self, value: T) {
        let waker = {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            state.pass_on(value)
        };
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
    /// Its place in the line, from the first poll on until it has the value.
    ticket: Option<Ticket>,
}

impl<'a, T> Future for Lock<'a, T> {
    type Output = MutexGuard<'a, T>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<MutexGuard<'a, T>> {
        let mutex = self.mutex;
        let waker = cx.waker().clone();
        let mut state = mutex.state.lock().unwrap_or_else(PoisonError::into_inner);
        let value = match &self.ticket {
            None => state.free.take(),
            Some(ticket) => state.take_handed(ticket),
        };
        if let Some(value) = value {
            drop(state);
            self.ticket = None;
            return Poll::Ready(MutexGuard { mutex, value: Some(value) });
        }
        let mut old = None;
        match &self.ticket {
            None => {
                let ticket = Arc::new(());
                state.line.push_back((ticket.clone(), waker));
                self.ticket = Some(ticket);
            }
            Some(ticket) => {
                if let Some(place) = state.line.iter_mut().find(|place| Arc::ptr_eq(&place.0, ticket)) {
                    old = Some(std::mem::replace(&mut place.1, waker));
                }
            }
        }
        drop(state);
        drop(old);
        Poll::Pending
    }
}

impl<T> Drop for Lock<'_, T> {
    fn drop(&mut self) {
        let Some(ticket) = self.ticket.take() else { return };
        let mut state = self.mutex.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(value) = state.take_handed(&ticket) {
            let next = state.pass_on(value);
            drop(state);
            if let Some(next) = next {
                next.wake();
            }
            return;
        }
        let place = state.line.iter().position(|place| Arc::ptr_eq(&place.0, &ticket));
        let left = place.and_then(|place| state.line.remove(place));
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
